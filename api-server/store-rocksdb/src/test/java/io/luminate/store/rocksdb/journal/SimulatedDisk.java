// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * A disk in memory that keeps apart what was written and what was forced. Everything it decides
 * comes from its seed. Sectors of 512 bytes are written whole or not at all, in any order; names
 * change on the platter in any subset of the operations not synced yet.
 *
 * <p>A crash is asked for with {@link #crashAfter}: the operation that reaches it is done in part
 * and throws {@link PowerLoss}, as does every later one; {@link #crash} then gives the disk as the
 * next boot finds it.
 */
public final class SimulatedDisk implements Disk {
  private static final long NEVER = Long.MAX_VALUE;

  private final Random random;
  private final TreeMap<String, SimulatedFile> visible = new TreeMap<>();
  private final TreeMap<String, SimulatedFile> durable = new TreeMap<>();
  private final List<NameChange> pending = new ArrayList<>();
  private long capacityBytes = Long.MAX_VALUE;
  private long operationsLeft = NEVER;
  private long operations;
  private boolean lost;
  private int failingWrites;
  private int failingForces;
  private int failingSyncs;

  /** A creation has no source, a deletion no target. */
  private record NameChange(String from, String to, SimulatedFile created) {}

  private static final String NONE = "";
  private static final SimulatedFile NOT_CREATED = new SimulatedFile(0);

  public SimulatedDisk(long seed) {
    random = new Random(seed);
  }

  /** Lets that many more operations through; the one after it is cut off. */
  public synchronized void crashAfter(long operationCount) {
    operationsLeft = operationCount;
  }

  /** Operations so far, to choose crash points from. */
  public synchronized long operations() {
    return operations;
  }

  /** Whether the crash asked for has happened. */
  public synchronized boolean crashed() {
    return lost;
  }

  /** The disk after a power loss; this one is dead from now on. */
  public synchronized SimulatedDisk crash() {
    lost = true;
    SimulatedDisk next = new SimulatedDisk(random.nextLong());
    boolean inOrder = random.nextBoolean();
    int kept = random.nextInt(pending.size() + 1);
    for (int i = 0; i < pending.size(); i++) {
      if (inOrder ? i < kept : random.nextBoolean()) {
        apply(pending.get(i), durable);
      }
    }
    durable.forEach((name, file) -> next.put(name, file.afterPowerLoss(random)));
    next.capacityBytes = capacityBytes;
    return next;
  }

  /** The same disk under a new process: nothing is lost, what was never forced stays so. */
  public synchronized SimulatedDisk restart() {
    lost = true;
    SimulatedDisk next = new SimulatedDisk(random.nextLong());
    next.visible.putAll(visible);
    next.durable.putAll(durable);
    next.pending.addAll(pending);
    next.capacityBytes = capacityBytes;
    return next;
  }

  private void put(String name, SimulatedFile file) {
    visible.put(name, file);
    durable.put(name, file);
  }

  /** Files may not grow past it together. */
  public synchronized void capacityBytes(long bytes) {
    capacityBytes = bytes;
  }

  /** The next writes fail as on a full disk, after a part of them. */
  public synchronized void failWrites(int count) {
    failingWrites = count;
  }

  /** The next forces fail; any part of what they should have covered is lost for good. */
  public synchronized void failForces(int count) {
    failingForces = count;
  }

  /** The next directory syncs fail. */
  public synchronized void failSyncs(int count) {
    failingSyncs = count;
  }

  /** Inverts one bit, in memory and on the platter. */
  public synchronized void flipBit(String name, int offsetBytes) {
    visible.get(name).flipBit(offsetBytes);
  }

  /** Inverts one bit of the journal frame with the highest seq; false if there is no frame. */
  public synchronized boolean damageLastFrame() {
    String file = NONE;
    int offsetBytes = 0;
    FrameHeader last = new FrameHeader(0, 0, 0, 0, 0);
    for (Map.Entry<String, SimulatedFile> entry : visible.entrySet()) {
      ByteBuffer content = ByteBuffer.wrap(entry.getValue().visible).order(LITTLE_ENDIAN);
      Optional<FileId> id = FileId.parse(entry.getKey());
      int end = id.isPresent() ? content.capacity() - FrameHeader.BYTES : -1;
      for (int i = 0; i <= end; i += FrameHeader.ALIGNMENT) {
        Optional<FrameHeader> header = FrameHeader.read(content, i, id.orElseThrow());
        if (header.isPresent() && header.get().seq() > last.seq()) {
          last = header.get();
          file = entry.getKey();
          offsetBytes = i;
        }
      }
    }
    if (last.seq() > 0) {
      flipBit(file, offsetBytes + random.nextInt(FrameHeader.BYTES + last.payloadBytes()));
    }
    return last.seq() > 0;
  }

  /** A copy of what readers see. */
  public synchronized byte[] content(String name) {
    return visible.get(name).visible.clone();
  }

  @Override
  public synchronized List<String> list() {
    alive();
    return List.copyOf(visible.keySet());
  }

  @Override
  public synchronized DiskFile create(String name, long sizeBytes) throws IOException {
    alive();
    if (visible.containsKey(name)) {
      throw new FileAlreadyExistsException(name);
    }
    if (usableBytes() < sizeBytes) {
      throw new IOException("No space left on device");
    }
    if (reachesCrash()) {
      change(new NameChange(NONE, name, new SimulatedFile(random.nextInt((int) sizeBytes + 1))));
      throw new PowerLoss();
    }
    SimulatedFile file = new SimulatedFile((int) sizeBytes);
    change(new NameChange(NONE, name, file));
    return new OpenFile(file);
  }

  @Override
  public synchronized DiskFile open(String name) throws IOException {
    alive();
    return new OpenFile(existing(name));
  }

  @Override
  public synchronized void rename(String from, String to) throws IOException {
    alive();
    existing(from);
    operate(() -> change(new NameChange(from, to, NOT_CREATED)));
  }

  @Override
  public synchronized void delete(String name) throws IOException {
    alive();
    existing(name);
    operate(() -> change(new NameChange(name, NONE, NOT_CREATED)));
  }

  /** A name change cut off by the crash has happened or not. */
  private void operate(Runnable change) {
    boolean crash = reachesCrash();
    if (!crash || random.nextBoolean()) {
      change.run();
    }
    if (crash) {
      throw new PowerLoss();
    }
  }

  @Override
  public synchronized void syncDirectory() throws IOException {
    alive();
    if (reachesCrash()) {
      throw new PowerLoss();
    }
    if (failingSyncs > 0) {
      failingSyncs--;
      throw new IOException("Input/output error");
    }
    pending.forEach(change -> apply(change, durable));
    pending.clear();
  }

  @Override
  public synchronized long usableBytes() {
    alive();
    long used = visible.values().stream().mapToLong(file -> file.visible.length).sum();
    return Math.max(0, capacityBytes - used);
  }

  private SimulatedFile existing(String name) throws NoSuchFileException {
    SimulatedFile file = visible.get(name);
    if (file == null) {
      throw new NoSuchFileException(name);
    }
    return file;
  }

  private void change(NameChange change) {
    pending.add(change);
    apply(change, visible);
  }

  private static void apply(NameChange change, Map<String, SimulatedFile> names) {
    SimulatedFile file =
        change.from().equals(NONE) ? change.created() : names.remove(change.from());
    if (file != null && !change.to().equals(NONE)) {
      names.put(change.to(), file);
    }
  }

  private void alive() {
    if (lost) {
      throw new PowerLoss();
    }
  }

  private boolean reachesCrash() {
    operations++;
    if (operationsLeft == NEVER || operationsLeft-- > 0) {
      return false;
    }
    lost = true;
    return true;
  }

  private final class OpenFile implements DiskFile {
    private final SimulatedFile file;

    OpenFile(SimulatedFile file) {
      this.file = file;
    }

    @Override
    public void write(ByteBuffer[] buffers, long positionBytes) throws IOException {
      synchronized (SimulatedDisk.this) {
        alive();
        byte[] bytes = gather(buffers);
        boolean crash = reachesCrash();
        boolean fails = failingWrites > 0 || positionBytes + bytes.length > roomBytes();
        int count = crash || fails ? random.nextInt(bytes.length + 1) : bytes.length;
        if (positionBytes + count <= roomBytes()) {
          file.write(bytes, count, (int) positionBytes);
        }
        if (crash) {
          throw new PowerLoss();
        }
        if (fails) {
          failingWrites = Math.max(0, failingWrites - 1);
          throw new IOException("No space left on device");
        }
      }
    }

    private long roomBytes() {
      return file.visible.length + usableBytesLeft();
    }

    private long usableBytesLeft() {
      long used = visible.values().stream().mapToLong(other -> other.visible.length).sum();
      return Math.max(0, capacityBytes - used);
    }

    private static byte[] gather(ByteBuffer[] buffers) {
      int total = 0;
      for (ByteBuffer buffer : buffers) {
        total += buffer.remaining();
      }
      ByteBuffer all = ByteBuffer.allocate(total);
      for (ByteBuffer buffer : buffers) {
        all.put(buffer);
      }
      return all.array();
    }

    @Override
    public int read(ByteBuffer target, long positionBytes) {
      synchronized (SimulatedDisk.this) {
        alive();
        int left = (int) Math.max(0, file.visible.length - positionBytes);
        int count = Math.min(target.remaining(), left);
        if (count > 0) {
          target.put(file.visible, (int) positionBytes, count);
        }
        return count;
      }
    }

    @Override
    public void force() throws IOException {
      synchronized (SimulatedDisk.this) {
        alive();
        if (reachesCrash()) {
          throw new PowerLoss();
        }
        if (failingForces > 0) {
          failingForces--;
          file.losePending(random);
          throw new IOException("Input/output error");
        }
        file.force();
      }
    }

    @Override
    public long sizeBytes() {
      return file.visible.length;
    }

    @Override
    public void close() {}
  }
}

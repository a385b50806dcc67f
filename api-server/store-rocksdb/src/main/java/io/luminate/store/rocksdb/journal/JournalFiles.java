// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

import io.luminate.store.rocksdb.journal.JournalReplay.Outcome;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of a journal: those with frames, oldest first, the one prepared to come next, and
 * spares.
 *
 * <p>Preparing and recycling run on the given executor, one task at a time; the journal thread
 * takes a prepared file; {@link #release} may come from any thread. Files leave in the order of
 * their generations, each with a directory sync, so that what a power loss leaves is a row without
 * a hole.
 */
final class JournalFiles implements AutoCloseable {
  /** Enough to switch while one is being prepared; more would hold disk space for nothing. */
  private static final int SPARES_MAX = 2;

  /** The directory may not hold what was acknowledged into it; nothing more may be. */
  static final class UnsyncedDirectoryException extends IOException {
    private static final long serialVersionUID = 1;

    UnsyncedDirectoryException(IOException cause) {
      super("the journal's folder could not be synced", cause);
    }
  }

  private final Disk disk;
  private final JournalOptions options;
  private final Executor executor;
  private final SecureRandom random = new SecureRandom();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition prepared = lock.newCondition();
  private final Deque<JournalFile> live = new ArrayDeque<>();
  private final Deque<JournalFile> retired = new ArrayDeque<>();
  private final Deque<String> spares = new ArrayDeque<>();
  private @Nullable JournalFile next;
  private @Nullable IOException prepareFailure;
  private boolean preparing;
  private boolean closed;
  private boolean removalUnsynced;
  private int nextGeneration = 1;
  private int nextSpare = 1;
  private volatile long seqLast;

  JournalFiles(Disk disk, JournalOptions options, Executor executor) {
    this.disk = disk;
    this.options = options;
    this.executor = executor;
  }

  /** Replays, cleans the tail and leaves a file to write on. */
  void recover(ReplayVisitor visitor) throws IOException {
    List<JournalFile> found = openAll();
    Outcome outcome = replay(found, visitor);
    for (int i = 0; i < found.size(); i++) {
      if (i <= outcome.lastFileIndex()) {
        live.add(found.get(i));
      } else {
        found.get(i).disk().close();
        keepOrDelete(found.get(i));
      }
    }
    if (outcome.lastFileIndex() >= 0) {
      cleanTail(live.getLast(), outcome);
    }
    disk.syncDirectory();
    seqLast = outcome.seqLast();
    startPreparing();
    if (live.isEmpty()) {
      takeNext();
    }
  }

  long seqLast() {
    return seqLast;
  }

  private List<JournalFile> openAll() throws IOException {
    List<JournalFile> found = new ArrayList<>();
    List<FileId> ids = new ArrayList<>();
    for (String name : disk.list()) {
      FileId.parse(name).ifPresent(ids::add);
      if (SpareName.number(name).isPresent()) {
        nextSpare = Math.max(nextSpare, SpareName.number(name).getAsInt() + 1);
        spares.add(name);
      }
    }
    ids.sort(null);
    try {
      for (FileId id : ids) {
        nextGeneration = id.generation() + 1;
        found.add(new JournalFile(id, disk.open(id.fileName())));
      }
    } catch (IOException | RuntimeException e) {
      closeAll(found);
      throw e;
    }
    dropUnfitSpares();
    return found;
  }

  /** A spare may be cut short by a crash while it was made, or stem from another file size. */
  private void dropUnfitSpares() throws IOException {
    for (String name : List.copyOf(spares)) {
      boolean fits;
      try (DiskFile file = disk.open(name)) {
        fits = file.sizeBytes() == options.fileBytes();
      }
      if (!fits) {
        disk.delete(name);
        spares.remove(name);
      }
    }
  }

  private Outcome replay(List<JournalFile> found, ReplayVisitor visitor) throws IOException {
    if (found.isEmpty()) {
      return JournalReplay.ofNoFiles(visitor);
    }
    try (FrameScan scan = new FrameScan(found.getFirst())) {
      return new JournalReplay(found, visitor, scan).run();
    } catch (IOException | RuntimeException e) {
      closeAll(found);
      throw e;
    }
  }

  /**
   * What was dropped or refused must not come back behind newer frames. The platter may hold it
   * even where memory shows zeros, if a force failed in an earlier process; so the whole rest of
   * the file is wiped. With durability disk the same doubt holds for the last group: it was
   * replayed, hence visible, without having been forced perhaps.
   */
  private void cleanTail(JournalFile file, Outcome outcome) throws IOException {
    file.wipe(file.endBytes(), file.sizeBytes());
    if (options.durability() == Durability.DISK) {
      file.rewrite(outcome.lastGroupStartBytes(), file.endBytes());
    }
    file.disk().force();
  }

  /** The file frames go to; a prepared one becomes it if this one lacks room. */
  JournalFile fileWithRoomFor(long bytes) throws IOException {
    JournalFile current = current();
    if (current.hasRoomFor(bytes)) {
      return current;
    }
    return takeNext();
  }

  JournalFile current() {
    lock.lock();
    try {
      return live.getLast();
    } finally {
      lock.unlock();
    }
  }

  private JournalFile takeNext() throws IOException {
    lock.lock();
    try {
      JournalFile taken = awaitNext();
      next = null;
      live.add(taken);
      startPreparing();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  private JournalFile awaitNext() throws IOException {
    long waitNanos = options.fileWait().toNanos();
    if (!(prepareFailure instanceof UnsyncedDirectoryException)) {
      prepareFailure = null;
    }
    startPreparing();
    try {
      while (next == null && prepareFailure == null && waitNanos > 0) {
        waitNanos = prepared.awaitNanos(waitNanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a journal file was being prepared", e);
    }
    if (next != null) {
      return next;
    }
    if (prepareFailure != null) {
      throw prepareFailure;
    }
    throw new IOException(
        "no journal file of %d bytes was ready within fileWait of %s"
            .formatted(options.fileBytes(), options.fileWait()));
  }

  private void startPreparing() {
    lock.lock();
    try {
      if (next != null || preparing || closed || prepareFailure != null) {
        return;
      }
      preparing = true;
    } finally {
      lock.unlock();
    }
    executor.execute(this::prepare);
  }

  private void prepare() {
    JournalFile made = null;
    IOException failure = null;
    try {
      made = make();
    } catch (IOException e) {
      failure = e;
    } finally {
      lock.lock();
      try {
        preparing = false;
        next = made;
        prepareFailure = failure;
        prepared.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Frames go to a file only after its name is durable: a spare's old name would hide them. */
  private JournalFile make() throws IOException {
    FileId id = new FileId(nextGeneration++, random.nextInt());
    String spare = pollSpare();
    if (spare == null) {
      disk.create(id.fileName(), options.fileBytes()).close();
    } else {
      renameSpare(spare, id.fileName());
    }
    try {
      disk.syncDirectory();
    } catch (IOException e) {
      throw new UnsyncedDirectoryException(e);
    }
    return new JournalFile(id, disk.open(id.fileName()));
  }

  private @Nullable String pollSpare() {
    lock.lock();
    try {
      return spares.poll();
    } finally {
      lock.unlock();
    }
  }

  private void renameSpare(String spare, String name) throws IOException {
    try {
      disk.rename(spare, name);
    } catch (IOException e) {
      lock.lock();
      try {
        spares.addFirst(spare);
      } finally {
        lock.unlock();
      }
      throw e;
    }
  }

  /** Lets go of the leading files whose frames are all at or below the seq. */
  void release(long seq) {
    lock.lock();
    try {
      // A file goes only if a later one holds a frame: the seqs are continued from the last one.
      while (live.size() > 1 && live.getFirst().seqLast() <= seq && laterFrameExists()) {
        retired.add(live.removeFirst());
      }
      if (retired.isEmpty() || closed) {
        return;
      }
    } finally {
      lock.unlock();
    }
    executor.execute(this::recycle);
  }

  private boolean laterFrameExists() {
    return live.stream().skip(1).anyMatch(file -> file.seqLast() > 0);
  }

  private void recycle() {
    try {
      syncRemoval();
      JournalFile file = peekRetired();
      while (file != null) {
        file.disk().close();
        keepOrDelete(file);
        removalUnsynced = true;
        removeRetired(file);
        syncRemoval();
        file = peekRetired();
      }
    } catch (IOException e) {
      // What is left of the row goes with the next release.
      return;
    }
  }

  private void syncRemoval() throws IOException {
    if (removalUnsynced) {
      disk.syncDirectory();
      removalUnsynced = false;
    }
  }

  private @Nullable JournalFile peekRetired() {
    lock.lock();
    try {
      return retired.peek();
    } finally {
      lock.unlock();
    }
  }

  private void removeRetired(JournalFile file) {
    lock.lock();
    try {
      retired.remove(file);
    } finally {
      lock.unlock();
    }
  }

  private void keepOrDelete(JournalFile file) throws IOException {
    if (!wantsSpare() || file.sizeBytes() != options.fileBytes()) {
      disk.delete(file.name());
      return;
    }
    String name = SpareName.of(nextSpare++);
    disk.rename(file.name(), name);
    lock.lock();
    try {
      spares.add(name);
    } finally {
      lock.unlock();
    }
  }

  private boolean wantsSpare() {
    lock.lock();
    try {
      return spares.size() + (next != null || preparing ? 1 : 0) < SPARES_MAX;
    } finally {
      lock.unlock();
    }
  }

  /** Bytes up to the last frame, over all files not released. */
  long sizeBytes() {
    lock.lock();
    try {
      return live.stream().mapToLong(JournalFile::endBytes).sum();
    } finally {
      lock.unlock();
    }
  }

  /** Whole files, those that wait to be used or to be made into spares as well. */
  long diskBytes() {
    lock.lock();
    try {
      long waiting = (long) spares.size() + (next != null || preparing ? 1 : 0);
      return Stream.concat(live.stream(), retired.stream()).mapToLong(JournalFile::sizeBytes).sum()
          + waiting * options.fileBytes();
    } finally {
      lock.unlock();
    }
  }

  /** The executor must have ended. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      List<JournalFile> open = new ArrayList<>(live);
      open.addAll(retired);
      if (next != null) {
        open.add(next);
      }
      closeAll(open);
    } finally {
      lock.unlock();
    }
  }

  private static void closeAll(List<JournalFile> files) {
    for (JournalFile file : files) {
      try {
        file.disk().close();
      } catch (IOException e) {
        // Nothing depends on it: what counts was forced before.
        continue;
      }
    }
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * A journal's life over several crashes, driven by one seed, against a model of what must be found
 * after each: every acknowledged frame once, at its seq, whole; nothing that was never appended.
 * What a loss took is named, is never found again, and its seq is not used again.
 */
final class JournalLife {
  private static final int BOOTS = 5;
  private static final int OPERATIONS_MAX = 60;
  private static final long NOTHING = Long.MAX_VALUE;

  private final long seed;
  private final Random random;
  private final Fate fate;
  private final JournalOptions options;
  private SimulatedDisk disk;

  /** Seq to id of what was acknowledged, or replayed once and hence seen. */
  private final NavigableMap<Long, Long> owed = new TreeMap<>();

  private final Map<CompletableFuture<Long>, Long> open = new HashMap<>();

  /** Not acknowledged; may be found until something after them is acknowledged. */
  private final Set<Long> refused = new HashSet<>();

  /** Must never be found again: a client may have repeated them. */
  private final Set<Long> dead = new HashSet<>();

  /** Seqs of frames that a loss took. */
  private final NavigableSet<Long> lost = new TreeSet<>();

  /** Acknowledged frames from this one on may have been taken by the last stop. */
  private long losableFrom = NOTHING;

  /** What someone else remembers durably: a seq up to which all had been acknowledged. */
  private long floor;

  private long nextId = 1;
  private long released;
  private int crashes;

  /**
   * What it has to live through.
   *
   * @param powerLosses whether the machine stops, or the process alone
   * @param bitRot whether the last frame may rot while nothing runs
   */
  record Fate(Durability durability, boolean powerLosses, boolean bitRot) {}

  JournalLife(long seed, Fate fate) {
    this.seed = seed;
    this.random = new Random(seed);
    this.fate = fate;
    this.disk = new SimulatedDisk(random.nextLong());
    this.options =
        JournalOptions.DEFAULTS
            .withDurability(fate.durability())
            .withDrive(JournalDrive.MANUAL)
            .withSizes(4096L * (1 + random.nextInt(4)), 300 + random.nextInt(8000), 2000, 1 << 20)
            .withWaits(Duration.ZERO, Duration.ofSeconds(1), Duration.ZERO);
  }

  /** Returns the number of crashes lived through. */
  int run() throws Exception {
    for (int boot = 0; boot < BOOTS; boot++) {
      disk.crashAfter(random.nextInt(boot == 0 ? 80 : 40));
      try {
        bootOnce();
      } catch (PowerLoss e) {
        // The next boot finds what is left.
        assertThat(disk.crashed()).isTrue();
      }
      settle();
      crashes++;
      disk = stop();
    }
    bootOnce();
    return crashes;
  }

  private SimulatedDisk stop() {
    boolean powerLoss = fate.powerLosses() && random.nextInt(3) > 0;
    SimulatedDisk next = powerLoss ? disk.crash() : disk.restart();
    if (powerLoss && fate.durability() == Durability.PROCESS) {
      losableFrom = 1;
    }
    if (fate.bitRot() && mayRot() && random.nextBoolean() && next.damageLastFrame()) {
      losableFrom = owed.lastKey();
    }
    return next;
  }

  /** The last frame must be whole, or rot might heal it. */
  private boolean mayRot() {
    boolean lastIsWhole = !owed.isEmpty() && (lost.isEmpty() || owed.lastKey() > lost.last());
    return losableFrom == NOTHING && lastIsWhole;
  }

  private void bootOnce() throws Exception {
    Replayed replayed = new Replayed(released + 1, floor);
    Journal journal = Journal.open(disk, options, replayed, (seq, entry) -> {});
    verify(replayed, journal);
    int operations = random.nextInt(OPERATIONS_MAX);
    for (int i = 0; i < operations; i++) {
      operate(journal);
    }
  }

  private void operate(Journal journal) throws Exception {
    switch (random.nextInt(12)) {
      case 0 -> disk.failWrites(1 + random.nextInt(2));
      case 1 -> release(journal);
      case 2 -> failForceSometimes();
      case 3, 4, 5, 6 -> journal.runOnce();
      default -> append(journal);
    }
    settle();
  }

  private void failForceSometimes() {
    if (random.nextInt(8) == 0) {
      disk.failForces(1);
    }
  }

  private void release(Journal journal) {
    if (!owed.isEmpty()) {
      long last = owed.lastKey();
      released = Math.max(released, last - random.nextInt(12));
      floor = Math.max(floor, Math.max(released, last - random.nextInt(6)));
      journal.releaseThrough(released);
    }
  }

  private void append(Journal journal) throws Exception {
    long id = nextId++;
    boolean failedBefore = journal.failed();
    CompletableFuture<Long> done = journal.append(() -> payload(id));
    open.put(done, id);
    if (failedBefore) {
      assertThat(done).as("seed %d", seed).isCompletedExceptionally();
    }
  }

  /** Notes what became of the last group. */
  private void settle() {
    Set<Long> refusedNow = new HashSet<>();
    for (CompletableFuture<Long> done : List.copyOf(open.keySet())) {
      if (done.isCompletedExceptionally()) {
        refusedNow.add(open.remove(done));
      } else if (done.isDone()) {
        Long before = owed.put(done.join(), open.remove(done));
        assertThat(before).as("seed %d: seq given twice", seed).isNull();
        dead.addAll(refused);
        refused.clear();
      }
    }
    refused.addAll(refusedNow);
  }

  private void verify(Replayed replayed, Journal journal) {
    for (Map.Entry<Long, Long> entry : owed.tailMap(replayed.seqMin()).entrySet()) {
      if (!replayed.ids.containsKey(entry.getKey())) {
        assertThat(entry.getKey()).as("seed %d: frame", seed).isGreaterThanOrEqualTo(losableFrom);
        dead.add(entry.getValue());
      }
    }
    replayed.ids.forEach((seq, id) -> verifyKnown(seq, id));
    owed.keySet().removeIf(seq -> seq >= losableFrom);
    owed.putAll(replayed.ids);
    NavigableSet<Long> known = new TreeSet<>(replayed.reported);
    known.addAll(owed.keySet());
    known.addAll(List.of(floor, released));
    assertThat(journal.lastSeq()).as("seed %d: last seq", seed).isEqualTo(known.last());
    verifyMissing(replayed, journal.lastSeq());
    losableFrom = NOTHING;
    // The tail is clean now: what was not found this time is gone.
    dead.addAll(open.values());
    dead.addAll(refused);
    dead.removeAll(replayed.ids.values());
    open.clear();
    refused.clear();
  }

  /** What is missing is named, and nothing else is. */
  private void verifyMissing(Replayed replayed, long lastSeq) {
    Set<Long> missing = new HashSet<>();
    for (long seq = replayed.seqMin(); seq <= lastSeq; seq++) {
      if (!replayed.ids.containsKey(seq)) {
        missing.add(seq);
      }
    }
    assertThat(replayed.reported).as("seed %d: corruptions", seed).isEqualTo(missing);
    if (losableFrom == NOTHING) {
      assertThat(lost).as("seed %d: lost frames", seed).containsAll(missing);
    }
    lost.addAll(missing);
  }

  private void verifyKnown(long seq, long id) {
    assertThat(id).as("seed %d: id of frame %d", seed, seq).isBetween(1L, nextId - 1);
    assertThat(dead).as("seed %d: frame %d came back", seed, seq).doesNotContain(id);
    Long known = owed.get(seq);
    if (known != null) {
      assertThat(id).as("seed %d: frame %d", seed, seq).isEqualTo(known);
    }
  }

  static ByteBuffer payload(long id) {
    Random random = new Random(id);
    // Equal lengths are frequent: what is left of a refused group then lines up with the next one.
    boolean usual = random.nextInt(3) > 0;
    byte[] bytes = new byte[usual ? 300 : 8 + random.nextInt(random.nextBoolean() ? 1900 : 200)];
    random.nextBytes(bytes);
    return ByteBuffer.wrap(bytes).putLong(0, id);
  }

  private final class Replayed implements ReplayVisitor {
    private final long seqMin;
    private final long seqFloor;
    private final NavigableMap<Long, Long> ids = new TreeMap<>();
    private final Set<Long> seen = new HashSet<>();
    private final Set<Long> reported = new HashSet<>();

    Replayed(long seqMin, long seqFloor) {
      this.seqMin = seqMin;
      this.seqFloor = seqFloor;
    }

    @Override
    public long seqMin() {
      return seqMin;
    }

    @Override
    public long seqFloor() {
      return seqFloor;
    }

    @Override
    public void frame(long seq, ByteBuffer payload) throws IOException {
      if (!ids.isEmpty()) {
        assertThat(seq).as("seed %d: order", seed).isGreaterThan(ids.lastKey());
      }
      assertThat(seq).as("seed %d: below what was asked for", seed).isGreaterThanOrEqualTo(seqMin);
      long id = payload.getLong(payload.position());
      assertThat(payload).as("seed %d: content of %d", seed, seq).isEqualTo(payload(id));
      assertThat(seen.add(id)).as("seed %d: id %d twice", seed, id).isTrue();
      ids.put(seq, id);
    }

    @Override
    public void corruption(JournalCorruption corruption) {
      for (long seq = corruption.seqFirst(); seq <= corruption.seqLast(); seq++) {
        assertThat(reported.add(seq)).as("seed %d: %s", seed, corruption).isTrue();
      }
      floor = Math.max(floor, corruption.seqLast());
    }
  }

  /** Seeds for a run, from a fixed start. */
  static List<Long> seeds(long first, int count) {
    List<Long> seeds = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      seeds.add(first + i);
    }
    return seeds;
  }
}

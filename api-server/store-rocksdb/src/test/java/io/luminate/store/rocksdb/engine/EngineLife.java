// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.Dimensions;
import io.luminate.model.EntityKeys;
import io.luminate.model.RetentionPolicies;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import io.luminate.store.DeleteRequest;
import io.luminate.store.PointBatch;
import io.luminate.store.StoreException;
import io.luminate.store.rocksdb.engine.ExpectedPoints.Change;
import io.luminate.store.rocksdb.engine.ExpectedPoints.Point;
import io.luminate.store.rocksdb.head.PartitionKey;
import io.luminate.store.rocksdb.journal.Durability;
import io.luminate.store.rocksdb.journal.JournalDrive;
import io.luminate.store.rocksdb.journal.PowerLoss;
import io.luminate.store.rocksdb.journal.SimulatedDisk;
import io.luminate.store.rocksdb.segment.ForgetfulStorage;
import io.luminate.store.rocksdb.segment.SegmentId;
import io.luminate.store.rocksdb.segment.StorageException;
import io.luminate.store.testkit.TestClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * An engine's life over several crashes, driven by one seed, on a disk and a storage that forget.
 * After each crash it must hold every acknowledged change once, and each change without an answer
 * wholly or not at all.
 */
final class EngineLife {
  private static final int BOOTS = 6;
  private static final int OPERATIONS_MAX = 60;
  private static final int UNCERTAIN_MAX = 5;
  private static final long NOW = Instant.parse("2026-03-11T12:00:00Z").toEpochMilli();
  private static final TenantId TENANT = new TenantId("acme");
  private static final List<String> METRICS = List.of("m0", "m1", "m2", "gauge");

  private final long seed;
  private final Random random;
  private final TestClock clock = new TestClock(Instant.ofEpochMilli(NOW));
  private final ForgetfulStorage storage = new ForgetfulStorage();
  private final RocksStoreOptions options;
  private final Fate fate;
  private DurableChanges durable = new DurableChanges();

  /** Whether the last stop may have taken acknowledged changes, and whether any did. */
  private boolean lossy;

  private boolean lossySometime;
  private final Map<String, Duration> retention = new HashMap<>();
  private ExpectedPoints expected = new ExpectedPoints();
  private final List<Change> uncertain = new ArrayList<>();
  private SimulatedDisk disk;
  private FaultyStorage faulty;
  private final LifeClient client = new LifeClient(TENANT);
  private int nextRequest = 1;

  /** A request that was decoded and not stored yet. */
  private Runnable late = () -> {};

  private boolean refusing;
  private long freed;

  /**
   * What it has to live through.
   *
   * @param powerLosses whether the machine stops, or the process alone
   * @param bitRot whether the last frame of the journal may rot while nothing runs
   */
  record Fate(Durability durability, boolean powerLosses, boolean bitRot) {}

  EngineLife(long seed, Fate fate) {
    this.seed = seed;
    this.random = new Random(seed);
    this.fate = fate;
    this.disk = new SimulatedDisk(random.nextLong());
    this.faulty = new FaultyStorage(storage, new Random(random.nextLong()));
    METRICS.forEach(m -> retention.put(m, Duration.ofDays(10)));
    long file = 16_384L << random.nextInt(3);
    this.options =
        RocksStoreOptions.defaults()
            .withClock(clock)
            .withData(EntityKeys.DEFAULT, RetentionPolicies.keepFor(Duration.ofDays(10)))
            .withDurability(fate.durability())
            .withIdempotency(Duration.ofDays(365), 100_000)
            .withSizes(1L << 30, 1L << 30, file, 0)
            .withUpkeep(false, Duration.ofMinutes(10), Duration.ZERO);
  }

  /** Returns the number of crashes lived through. */
  int run() throws IOException {
    for (int boot = 0; boot < BOOTS; boot++) {
      planCrash();
      try {
        bootOnce();
      } catch (PowerLoss | FaultyStorage.Blackout e) {
        assertThat(stopped()).as("seed %d", seed).isTrue();
      }
      stop();
    }
    disk.crashAfter(Long.MAX_VALUE - 1);
    faulty.crashAfter(Long.MAX_VALUE);
    try (Engine engine = open()) {
      verify(engine);
    }
    return BOOTS;
  }

  private boolean stopped() {
    return disk.crashed() || faulty.dark();
  }

  private void planCrash() {
    if (random.nextBoolean()) {
      disk.crashAfter(random.nextInt(90));
    } else {
      faulty.crashAfter(random.nextInt(40));
    }
  }

  private void stop() {
    if (fate.powerLosses() && random.nextInt(3) > 0) {
      disk = disk.crash();
      storage.crash(random);
      lossy = lossy || fate.durability() == Durability.PROCESS;
    } else {
      disk = disk.restart();
    }
    // The last frame must be that of a change whose index is known.
    if (fate.bitRot() && !lossy && expected.size() > durable.all() && random.nextBoolean()) {
      lossy = disk.damageLastFrame();
      durable.all(expected.size() - 1);
    }
    lossySometime = lossySometime || lossy;
    faulty = new FaultyStorage(storage, new Random(random.nextLong()));
  }

  private Engine open() throws IOException {
    return new Engine(disk, faulty.catalog(), faulty.chunks(), options, JournalDrive.INLINE);
  }

  private void bootOnce() throws IOException {
    Engine engine = open();
    verify(engine);
    Upkeep upkeep = new Upkeep(engine);
    refusing = false;
    client.forget();
    late = () -> {};
    int operations = random.nextInt(OPERATIONS_MAX);
    for (int i = 0; i < operations && uncertain.size() < UNCERTAIN_MAX; i++) {
      operate(engine, upkeep);
      if (stopped()) {
        throw new FaultyStorage.Blackout();
      }
    }
    if (random.nextBoolean()) {
      verifyNow(engine);
    }
    freed += upkeep.freedSeries();
    if (random.nextInt(3) == 0) {
      engine.close();
    }
  }

  long freed() {
    return freed;
  }

  private void operate(Engine engine, Upkeep upkeep) {
    int choice = random.nextInt(62);
    if (choice < 20) {
      write(engine);
    } else if (choice < 22) {
      delete(engine);
    } else if (choice < 30) {
      int day = day(random.nextInt(4));
      upkeep(() -> seal(upkeep, day));
    } else if (choice < 32) {
      upkeep(() -> sealAll(engine, upkeep));
    } else if (choice < 35) {
      upkeep(upkeep::mergeAll);
    } else if (choice < 36) {
      clock.advance(Duration.ofHours(random.nextInt(6)));
      upkeep(upkeep::enforceRetention);
    } else if (choice < 37) {
      shortenRetention(engine);
    } else if (choice < 39) {
      failUpkeep(upkeep);
    } else if (choice < 40) {
      disk.failWrites(1);
    } else if (choice < 44) {
      upkeep(() -> upkeep.mergeOnce(true));
    } else if (choice < 56) {
      forgetSeries(upkeep);
    } else if (choice < 58) {
      passDay(upkeep);
    } else if (choice < 61) {
      writeLate();
    } else if (random.nextInt(4) == 0) {
      disk.failForces(1);
    }
  }

  /** A step that fails at some change, and mostly is tried again. */
  private void failUpkeep(Upkeep upkeep) {
    faulty.fail(random.nextInt(3), 1);
    int day = day(random.nextInt(4));
    Runnable step = random.nextInt(3) == 0 ? upkeep::mergeAll : () -> seal(upkeep, day);
    upkeep(step);
    if (random.nextInt(4) > 0) {
      upkeep(step);
    }
  }

  private void seal(Upkeep upkeep, int day) {
    upkeep.seal(day);
    durable.sealed(day, expected.size());
  }

  private void sealAll(Engine engine, Upkeep upkeep) {
    List<Integer> days =
        engine.state().get().heads().stream().map(h -> h.partition().day()).distinct().toList();
    upkeep.sealAll();
    days.forEach(day -> durable.sealed(day, expected.size()));
  }

  private int day(int daysAgo) {
    return PartitionKey.dayOf(clock.millis()) - daysAgo;
  }

  /** May fail when a fault was asked for, with nothing lost by it. */
  private void upkeep(Runnable step) {
    int failedBefore = faulty.failed();
    try {
      step.run();
    } catch (StorageException e) {
      assertThat(faulty.failed()).as("seed %d: %s", seed, e).isGreaterThan(failedBefore);
    } catch (StoreException e) {
      // Retention journals deletes of what is out of sight already.
      refusing = refusing || isFailed(e);
    }
  }

  private void shortenRetention(Engine engine) {
    String metric = METRICS.get(random.nextInt(METRICS.size()));
    Duration shorter = retention.get(metric).minusDays(random.nextInt(3)).minusHours(5);
    if (shorter.compareTo(Duration.ofDays(1)) < 0) {
      return;
    }
    try {
      engine.retention().set(TENANT, metric, shorter);
      retention.put(metric, shorter);
    } catch (StorageException | FaultyStorage.Blackout e) {
      // It may be in force or not; asking again, as a client would, makes it so.
      retentionUnsure.add(Map.entry(metric, shorter));
      if (e instanceof FaultyStorage.Blackout dark) {
        throw dark;
      }
    }
  }

  private final List<Map.Entry<String, Duration>> retentionUnsure = new ArrayList<>();

  private void write(Engine engine) {
    int request = nextRequest++;
    List<Point> points = randomPoints(request);
    String key = random.nextInt(3) == 0 ? "key-" + request : "";
    Change.Write change = new Change.Write(points, key, points.size());
    PointBatch batch = client.decode(engine, points);
    if (random.nextInt(8) == 0) {
      late = () -> perform(change, () -> client.write(engine, batch, key));
    } else {
      perform(change, () -> client.write(engine, batch, key));
    }
  }

  /** What was decoded some time ago. */
  private void writeLate() {
    Runnable write = late;
    late = () -> {};
    write.run();
  }

  /** Steps of taking dead series away, with what they wait for now and then. */
  private void forgetSeries(Upkeep upkeep) {
    for (int steps = random.nextInt(4); steps >= 0; steps--) {
      upkeep(upkeep::forgetSeries);
      if (random.nextInt(3) == 0) {
        clock.advance(Duration.ofMinutes(random.nextInt(12)));
      }
    }
  }

  private void passDay(Upkeep upkeep) {
    clock.advance(Duration.ofHours(20 + random.nextInt(24)));
    upkeep(upkeep::enforceRetention);
  }

  private List<Point> randomPoints(int request) {
    List<Point> points = new ArrayList<>();
    int count = 1 + random.nextInt(12);
    for (int i = 0; i < count; i++) {
      String metric = METRICS.get(random.nextInt(METRICS.size()));
      long time =
          clock.millis() - random.nextInt(4) * PartitionKey.DAY_MILLIS - random.nextInt(86_400_000);
      Point point = new Point(metric, randomSeries(), time, request + i / 1_000.0);
      points.add(point);
      if (random.nextInt(6) == 0) {
        points.add(point);
      }
    }
    return points;
  }

  private Dimensions randomSeries() {
    Map<String, String> pairs = new HashMap<>();
    pairs.put("customer_id", "c" + random.nextInt(random.nextInt(4) == 0 ? 500 : 8));
    if (random.nextBoolean()) {
      pairs.put("day", "d" + day(0));
    }
    if (random.nextBoolean()) {
      boolean fillsFrames = random.nextInt(8) == 0;
      pairs.put("k" + random.nextInt(4), "v".repeat(fillsFrames ? 1_500 : 1) + random.nextInt(4));
    }
    return Dimensions.of(pairs);
  }

  private void delete(Engine engine) {
    String metric = METRICS.get(random.nextInt(METRICS.size()));
    long before = clock.millis() - (long) (random.nextDouble() * 4 * PartitionKey.DAY_MILLIS);
    DeleteRequest request = DeleteRequest.of(TENANT, metric, before);
    Runnable delete = () -> engine.deleteBefore(request, index -> {}, OptionalLong::empty);
    if (engine.registry().find(TENANT, metric).isEmpty()) {
      // Nothing to delete: no frame is written, so nothing is proven by success.
      delete.run();
      return;
    }
    perform(new Change.Delete(metric, before), delete);
  }

  /** Acknowledged, or uncertain until the next start. */
  private void perform(Change change, Runnable action) {
    try {
      action.run();
    } catch (StoreException | StorageException e) {
      if (LifeClient.isForgotten(e)) {
        return;
      }
      uncertain.add(change);
      refusing = refusing || isFailed(e);
      return;
    } catch (PowerLoss | FaultyStorage.Blackout e) {
      uncertain.add(change);
      throw e;
    }
    assertThat(refusing).as("seed %d: acknowledged after a failed force", seed).isFalse();
    // What the journal refused before was wiped by the frame that was accepted.
    uncertain.clear();
    expected.add(change);
  }

  private static boolean isFailed(RuntimeException e) {
    return String.valueOf(e.getMessage()).contains("must be restarted");
  }

  // -- checking --

  /** A running engine shows what was acknowledged and nothing that was refused. */
  private void verifyNow(Engine engine) {
    settleRetention(engine);
    assertThat(read(engine)).as("seed %d: running", seed).isEqualTo(expected.visible(cutOffs()));
  }

  private void settleRetention(Engine engine) {
    for (Map.Entry<String, Duration> unsure : retentionUnsure) {
      if (engine.retention().of(TENANT, unsure.getKey()).equals(unsure.getValue())) {
        retention.put(unsure.getKey(), unsure.getValue());
      }
    }
  }

  private void verify(Engine engine) {
    settleRetention(engine);
    retentionUnsure.clear();
    Set<SegmentId> counted = new HashSet<>();
    engine.state().get().segments().forEach(s -> counted.add(s.meta().id()));
    assertThat(new HashSet<>(storage.chunks().segments())).as("seed %d", seed).isEqualTo(counted);
    if (lossy) {
      verifyLeftovers(engine, read(engine));
    } else {
      verifyExactly(engine, read(engine));
    }
    lossy = false;
    uncertain.clear();
  }

  /** A started engine: some subset of the uncertain changes explains what it holds. */
  private void verifyExactly(Engine engine, Map<Point, Integer> actual) {
    if (!lossySometime) {
      assertThat(engine.corruptions()).as("seed %d", seed).isEmpty();
      assertThat(engine.damage().places()).as("seed %d", seed).isEmpty();
    }
    for (int subset = 0; subset < 1 << uncertain.size(); subset++) {
      ExpectedPoints candidate = expected.with(chosen(subset));
      if (candidate.visible(cutOffs()).equals(actual) && keysAgree(engine, candidate)) {
        expected = candidate;
        return;
      }
    }
    explain(actual);
    assertThat(actual).as("seed %d: started", seed).isEqualTo(expected.visible(cutOffs()));
    throw new AssertionError("seed " + seed + ": idempotency keys do not fit the points");
  }

  /** After a loss: what was durable is there, what was not is there once at most. */
  private void verifyLeftovers(Engine engine, Map<Point, Integer> actual) {
    ExpectedPoints all = expected.with(uncertain);
    assertThat(beyond(all.atLeast(durable, cutOffs()), actual)).as("seed %d: lost", seed).isEmpty();
    assertThat(beyond(actual, all.atMost(durable, cutOffs())))
        .as("seed %d: too many", seed)
        .isEmpty();
    Set<String> known = new HashSet<>();
    for (Change.Write write : all.keyed()) {
      if (client.isReplay(engine, write.key(), write.stored())) {
        known.add(write.key());
      } else {
        // Its client sends it again.
        assertThat(write.points()).as("seed %d: %s", seed, write).noneMatch(actual::containsKey);
      }
    }
    assertThat(known).as("seed %d", seed).containsAll(expected.keys(durable));
    expected = all.reducedTo(actual, known);
    durable = new DurableChanges();
    durable.all(expected.size());
  }

  /** Points with more copies than there may be. */
  private static List<Map.Entry<Point, Integer>> beyond(
      Map<Point, Integer> copies, Map<Point, Integer> most) {
    return copies.entrySet().stream()
        .filter(e -> e.getValue() > most.getOrDefault(e.getKey(), 0))
        .toList();
  }

  private void explain(Map<Point, Integer> actual) {
    String difference = ExpectedPoints.difference(expected.visible(cutOffs()), actual);
    throw new AssertionError("seed " + seed + ", uncertain " + uncertain + "\n" + difference);
  }

  private List<Change> chosen(int subset) {
    return IntStream.range(0, uncertain.size())
        .filter(i -> (subset & 1 << i) != 0)
        .mapToObj(uncertain::get)
        .toList();
  }

  private boolean keysAgree(Engine engine, ExpectedPoints candidate) {
    Map<String, Integer> used = candidate.keys();
    for (Change change : uncertain) {
      if (change instanceof Change.Write write
          && !write.key().isEmpty()
          && !used.containsKey(write.key())
          && client.isReplay(engine, write.key(), write.stored())) {
        return false;
      }
    }
    return used.entrySet().stream()
        .allMatch(e -> client.isReplay(engine, e.getKey(), e.getValue()));
  }

  private Map<String, Long> cutOffs() {
    Map<String, Long> cutOffs = new HashMap<>();
    retention.forEach((m, d) -> cutOffs.put(m, clock.millis() - d.toMillis()));
    return cutOffs;
  }

  private Map<Point, Integer> read(Engine engine) {
    TimeRange always = new TimeRange(0, clock.millis() + 2 * PartitionKey.DAY_MILLIS);
    return VisiblePoints.of(engine, TENANT, METRICS, always);
  }
}

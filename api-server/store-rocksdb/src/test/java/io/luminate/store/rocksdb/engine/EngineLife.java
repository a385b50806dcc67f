// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.Dimensions;
import io.luminate.model.EntityKeys;
import io.luminate.model.RetentionPolicies;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import io.luminate.store.BodyHash;
import io.luminate.store.IdempotencyClaim;
import io.luminate.store.PointBatch;
import io.luminate.store.QueryControl;
import io.luminate.store.RangeQuery;
import io.luminate.store.RangeResult;
import io.luminate.store.StoreException;
import io.luminate.store.WriteRequest;
import io.luminate.store.rocksdb.engine.ExpectedPoints.Change;
import io.luminate.store.rocksdb.engine.ExpectedPoints.Point;
import io.luminate.store.rocksdb.head.PartitionKey;
import io.luminate.store.rocksdb.journal.Durability;
import io.luminate.store.rocksdb.journal.JournalDrive;
import io.luminate.store.rocksdb.journal.PowerLoss;
import io.luminate.store.rocksdb.journal.SimulatedDisk;
import io.luminate.store.rocksdb.query.QueryExecutor;
import io.luminate.store.rocksdb.segment.ForgetfulStorage;
import io.luminate.store.rocksdb.segment.SegmentId;
import io.luminate.store.rocksdb.segment.StorageException;
import io.luminate.store.testkit.TestClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

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
  private static final BodyHash BODY = new BodyHash(1, 2);

  private final long seed;
  private final Random random;
  private final TestClock clock = new TestClock(Instant.ofEpochMilli(NOW));
  private final ForgetfulStorage storage = new ForgetfulStorage();
  private final RocksStoreOptions options;
  private final boolean powerLoss;
  private final Map<String, Duration> retention = new HashMap<>();
  private ExpectedPoints expected = new ExpectedPoints();
  private final List<Change> uncertain = new ArrayList<>();
  private SimulatedDisk disk;
  private FaultyStorage faulty;
  private int nextRequest = 1;
  private boolean refusing;

  EngineLife(long seed, Durability durability) {
    this.seed = seed;
    this.random = new Random(seed);
    this.powerLoss = durability == Durability.DISK;
    this.disk = new SimulatedDisk(random.nextLong());
    this.faulty = new FaultyStorage(storage, new Random(random.nextLong()));
    METRICS.forEach(m -> retention.put(m, Duration.ofDays(10)));
    long file = 16_384L << random.nextInt(3);
    this.options =
        RocksStoreOptions.defaults()
            .withClock(clock)
            .withData(EntityKeys.DEFAULT, RetentionPolicies.keepFor(Duration.ofDays(10)))
            .withDurability(durability)
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
    if (powerLoss && random.nextInt(3) > 0) {
      disk = disk.crash();
      storage.crash(random);
    } else {
      disk = disk.restart();
    }
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
    if (random.nextInt(3) == 0) {
      engine.close();
    }
  }

  private void operate(Engine engine, Upkeep upkeep) {
    int choice = random.nextInt(41);
    if (choice < 20) {
      write(engine);
    } else if (choice < 22) {
      delete(engine);
    } else if (choice < 30) {
      upkeep(() -> upkeep.seal(day(random.nextInt(4))));
    } else if (choice < 32) {
      upkeep(upkeep::sealAll);
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
    } else if (random.nextInt(4) == 0) {
      disk.failForces(1);
    }
  }

  /** A step that fails at some change, and mostly is tried again. */
  private void failUpkeep(Upkeep upkeep) {
    faulty.fail(random.nextInt(3), 1);
    int day = day(random.nextInt(4));
    Runnable step = random.nextInt(3) == 0 ? upkeep::mergeAll : () -> upkeep.seal(day);
    upkeep(step);
    if (random.nextInt(4) > 0) {
      upkeep(step);
    }
  }

  private int day(int daysAgo) {
    return PartitionKey.dayOf(NOW) - daysAgo;
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
    Change.Write change = new Change.Write(points, key);
    perform(change, () -> writePoints(engine, points, key));
  }

  private List<Point> randomPoints(int request) {
    List<Point> points = new ArrayList<>();
    int count = 1 + random.nextInt(12);
    for (int i = 0; i < count; i++) {
      String metric = METRICS.get(random.nextInt(METRICS.size()));
      long time = NOW - random.nextInt(4) * PartitionKey.DAY_MILLIS - random.nextInt(86_400_000);
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
      pairs.put("k" + random.nextInt(4), "v" + random.nextInt(4));
    }
    return Dimensions.of(pairs);
  }

  private static void writePoints(Engine engine, List<Point> points, String key) {
    PointBatch batch = new PointBatch(TENANT, points.size());
    for (Point p : points) {
      batch.add(
          engine.seriesHandle(TENANT, p.metric(), p.dimensions()), p.timestampMillis(), p.value());
    }
    if (key.isEmpty()) {
      engine.write(WriteRequest.unkeyed(batch));
      return;
    }
    try (IdempotencyClaim.Held held =
        (IdempotencyClaim.Held) engine.claim(TENANT, key, BODY, control())) {
      engine.write(WriteRequest.keyed(batch, held, receipt(points.size())));
    }
  }

  private static byte[] receipt(int points) {
    return ("stored " + points).getBytes(StandardCharsets.UTF_8);
  }

  private void delete(Engine engine) {
    String metric = METRICS.get(random.nextInt(METRICS.size()));
    long before = NOW - (long) (random.nextDouble() * 4 * PartitionKey.DAY_MILLIS);
    perform(new Change.Delete(metric, before), () -> engine.deleteBefore(TENANT, metric, before));
  }

  /** Acknowledged, or uncertain until the next start. */
  private void perform(Change change, Runnable action) {
    try {
      action.run();
    } catch (StoreException | StorageException e) {
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

  private static QueryControl control() {
    return QueryControl.withTimeout(Duration.ofMinutes(10));
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

  /** A started engine: some subset of the uncertain changes explains what it holds. */
  private void verify(Engine engine) {
    settleRetention(engine);
    retentionUnsure.clear();
    assertThat(engine.corruptions()).as("seed %d", seed).isEmpty();
    Map<Point, Integer> actual = read(engine);
    Set<SegmentId> counted = new HashSet<>();
    engine.state().get().segments().forEach(s -> counted.add(s.meta().id()));
    assertThat(new HashSet<>(storage.chunks().segments())).as("seed %d", seed).isEqualTo(counted);
    for (int subset = 0; subset < 1 << uncertain.size(); subset++) {
      ExpectedPoints candidate = expected.with(chosen(subset));
      if (candidate.visible(cutOffs()).equals(actual) && keysAgree(engine, candidate)) {
        expected = candidate;
        uncertain.clear();
        return;
      }
    }
    explain(actual);
    assertThat(actual).as("seed %d: started", seed).isEqualTo(expected.visible(cutOffs()));
    throw new AssertionError("seed " + seed + ": idempotency keys do not fit the points");
  }

  private void explain(Map<Point, Integer> actual) {
    Map<Point, Integer> wanted = expected.visible(cutOffs());
    StringBuilder text = new StringBuilder("seed " + seed + ", uncertain " + uncertain + "\n");
    wanted.forEach(
        (p, n) -> {
          if (!n.equals(actual.get(p))) {
            text.append("wanted ").append(n).append(" got ").append(actual.get(p)).append(' ');
            text.append(p).append('\n');
          }
        });
    actual.forEach(
        (p, n) -> {
          if (!wanted.containsKey(p)) {
            text.append("unexpected ").append(n).append(' ').append(p).append('\n');
          }
        });
    throw new AssertionError(text.toString());
  }

  private List<Change> chosen(int subset) {
    List<Change> chosen = new ArrayList<>();
    for (int i = 0; i < uncertain.size(); i++) {
      if ((subset & 1 << i) != 0) {
        chosen.add(uncertain.get(i));
      }
    }
    return chosen;
  }

  private boolean keysAgree(Engine engine, ExpectedPoints candidate) {
    Map<String, Integer> used = candidate.keys();
    for (Change change : uncertain) {
      if (change instanceof Change.Write write
          && !write.key().isEmpty()
          && !used.containsKey(write.key())
          && isReplay(engine, write.key(), write.points().size())) {
        return false;
      }
    }
    return used.entrySet().stream().allMatch(e -> isReplay(engine, e.getKey(), e.getValue()));
  }

  private static boolean isReplay(Engine engine, String key, int points) {
    return switch (engine.claim(TENANT, key, BODY, control())) {
      case IdempotencyClaim.Replay replay -> {
        assertThat(replay.receipt()).isEqualTo(receipt(points));
        yield true;
      }
      case IdempotencyClaim.Held held -> {
        held.close();
        yield false;
      }
    };
  }

  private Map<String, Long> cutOffs() {
    Map<String, Long> cutOffs = new HashMap<>();
    retention.forEach((m, d) -> cutOffs.put(m, clock.millis() - d.toMillis()));
    return cutOffs;
  }

  private static Map<Point, Integer> read(Engine engine) {
    Map<Point, Integer> counts = new HashMap<>();
    Snapshots snapshots = new Snapshots(engine, new Upkeep(engine));
    TimeRange always = new TimeRange(0, NOW + 2 * PartitionKey.DAY_MILLIS);
    try (QueryExecutor executor =
        new QueryExecutor(engine.chunks(), 1, 64L << 20, Long.MAX_VALUE)) {
      for (String metric : METRICS) {
        engine
            .registry()
            .find(TENANT, metric)
            .ifPresent(
                index -> {
                  RangeQuery query =
                      new RangeQuery(TENANT, metric, always, List.of(), 100_000, Optional.empty());
                  try (Snapshots.Lease lease = snapshots.visible(index, always)) {
                    RangeResult found = executor.range(query, lease.snapshot(), control());
                    found
                        .points()
                        .forEach(
                            p ->
                                counts.merge(
                                    new Point(
                                        metric, p.dimensions(), p.timestampMillis(), p.value()),
                                    1,
                                    Integer::sum));
                  }
                });
      }
    }
    return counts;
  }
}

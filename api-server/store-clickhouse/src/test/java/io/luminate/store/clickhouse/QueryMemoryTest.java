// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.luminate.model.Dimensions;
import io.luminate.model.Interval;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import io.luminate.store.AggregateQuery;
import io.luminate.store.AggregateResult;
import io.luminate.store.AggregateRow;
import io.luminate.store.Aggregation;
import io.luminate.store.ErrorCode;
import io.luminate.store.PointBatch;
import io.luminate.store.QueryControl;
import io.luminate.store.StoreException;
import io.luminate.store.ValuesQuery;
import io.luminate.store.ValuesResult.ValueCount;
import io.luminate.store.WriteRequest;
import io.luminate.store.clickhouse.read.ReadLimits;
import io.luminate.store.clickhouse.write.WriteOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Questions about more than fits the memory that a question may use. */
@TestInstance(Lifecycle.PER_CLASS)
class QueryMemoryTest {
  private static final TenantId TENANT = new TenantId("acme");
  private static final long SEED = Long.getLong("luminate.seed", 1);
  private static final long INTERVAL_MILLIS = 3_600_000;
  private static final int BATCH = 250_000;
  private static final int HOSTS = 16;

  /** Of one metric; their values alone take more than {@link #SKETCH_BYTES}. */
  private static final int POINTS = 6_400_000;

  /** Values of a dimension, which are as many groups. */
  private static final int NAMES = 1_000_000;

  private static final long MEMORY_BYTES = 34L << 20;

  /** More than sketches and what is read for them take, which is 28 to 37 MB. */
  private static final long SKETCH_BYTES = 48L << 20;

  /** Less than the names take, enough to have some of them in memory while others are on disk. */
  private static final long MIDDLE_BYTES = 100L << 20;

  /** Nothing here comes near it. */
  private static final long PLENTY_BYTES = 1L << 30;

  private final TestDatabase database = TestDatabase.empty();
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final long startMillis =
      (System.currentTimeMillis() / INTERVAL_MILLIS - 3) * INTERVAL_MILLIS;
  private final TimeRange range = new TimeRange(startMillis, startMillis + 2 * INTERVAL_MILLIS - 1);
  private ClickHouseStore small;
  private ClickHouseStore sketching;
  private ClickHouseStore middle;
  private ClickHouseStore large;

  /** By group, then by bucket. */
  private final Map<String, List<double[]>> valuesByGroup = new HashMap<>();

  /** By where it is in an answer; sorting takes longer than the answer. */
  private final Map<Place, double[]> sortedByPlace = new HashMap<>();

  private record Place(List<String> groupKey, OptionalLong bucketStartMillis) {}

  /** How values of a group are made, some of which sketches find hard. */
  private enum Shape {
    RANDOM,
    ASCENDING,
    FEW,
    SKEWED
  }

  @BeforeAll
  void fill() {
    small = open(MEMORY_BYTES);
    sketching = open(SKETCH_BYTES);
    middle = open(MIDDLE_BYTES);
    large = open(PLENTY_BYTES);
    for (Shape shape : Shape.values()) {
      List<double[]> buckets = new ArrayList<>();
      for (int bucket = 0; bucket < 2; bucket++) {
        buckets.add(write(shape, bucket, POINTS / Shape.values().length / 2));
      }
      valuesByGroup.put(shape.name(), buckets);
    }
    writeNames();
  }

  private ClickHouseStore open(long memoryBytes) {
    return ClickHouseStore.open(
        ClickHouseStoreOptions.defaults(database.access())
            .withWork(WriteOptions.DEFAULT, ReadLimits.ofMemory(memoryBytes)));
  }

  @AfterAll
  void close() {
    small.close();
    sketching.close();
    middle.close();
    large.close();
    database.close();
  }

  private double[] write(Shape shape, int bucket, int points) {
    double[] values = new double[points];
    long[] handles = handles(shape);
    PointBatch batch = new PointBatch(TENANT, BATCH);
    for (int i = 0; i < points; i++) {
      values[i] = value(shape, i);
      long offsetMillis = i * INTERVAL_MILLIS / points;
      batch.add(
          handles[i % HOSTS], startMillis + bucket * INTERVAL_MILLIS + offsetMillis, values[i]);
      if (batch.size() == BATCH || i == points - 1) {
        large.write(WriteRequest.unkeyed(batch));
        batch = new PointBatch(TENANT, BATCH);
      }
    }
    Arrays.sort(values);
    return values;
  }

  /** Of each host's series: to look one up for each of millions of points takes long. */
  private long[] handles(Shape shape) {
    return IntStream.range(0, HOSTS)
        .mapToObj(host -> Dimensions.of("shape", shape.name(), "host", "h" + host))
        .mapToLong(dimensions -> large.seriesHandle(TENANT, "m", dimensions))
        .toArray();
  }

  private double value(Shape shape, int i) {
    return switch (shape) {
      case RANDOM -> random.nextGaussian();
      case ASCENDING -> i;
      case FEW -> random.nextInt(5);
      case SKEWED -> Math.exp(random.nextDouble() * 40);
    };
  }

  /** Each once, and one of three twice; as ClickHouse makes them, which is faster. */
  private void writeNames() {
    PointBatch batch = new PointBatch(TENANT, 1);
    batch.add(large.seriesHandle(TENANT, "named", Dimensions.of("name", name(0))), startMillis, 1);
    large.write(WriteRequest.unkeyed(batch));
    database
        .server()
        .execute(
            ("INSERT INTO %s (tenant, metric, series, timestamp, value, s01) SELECT 'acme', 'named',"
                    + " number, %d, number, concat('a name of ordinary length ', leftPad(toString("
                    + "number %% %d), 7, '0')) FROM numbers(1, %d)")
                .formatted(database.tables().points(), startMillis, NAMES, NAMES + NAMES / 3));
  }

  private static String name(int i) {
    return "a name of ordinary length %07d".formatted(i);
  }

  private static QueryControl control() {
    return QueryControl.withTimeout(Duration.ofSeconds(60));
  }

  private AggregateQuery query(Aggregation aggregation, boolean byShape, boolean byHour) {
    return new AggregateQuery(
        TENANT,
        "m",
        range,
        List.of(),
        aggregation,
        byShape ? List.of("shape") : List.of(),
        byHour ? Optional.of(new Interval(INTERVAL_MILLIS)) : Optional.empty(),
        3);
  }

  private double[] sorted(AggregateRow row) {
    return sortedByPlace.computeIfAbsent(
        new Place(row.groupKey(), row.bucketStartMillis()), place -> sortedAnew(row));
  }

  private double[] sortedAnew(AggregateRow row) {
    List<double[]> all =
        row.groupKey().isEmpty()
            ? valuesByGroup.values().stream().flatMap(List::stream).toList()
            : valuesByGroup.getOrDefault(row.groupKey().getFirst(), List.of());
    List<double[]> buckets =
        row.bucketStartMillis().isEmpty()
            ? all
            : all.stream()
                .filter(b -> all.indexOf(b) % 2 == bucket(row.bucketStartMillis().getAsLong()))
                .toList();
    return buckets.stream().flatMapToDouble(Arrays::stream).sorted().toArray();
  }

  private int bucket(long bucketStartMillis) {
    return Math.toIntExact((bucketStartMillis - startMillis) / INTERVAL_MILLIS);
  }

  /** How far the rank of a value is from the one that was asked for, as a share of all. */
  private static double rankError(double[] sorted, double value, double fraction) {
    int below = lowerBound(sorted, value);
    int upTo = lowerBound(sorted, Math.nextUp(value));
    double wanted = (sorted.length - 1) * fraction;
    double nearest = Math.clamp(wanted, below, Math.max(below, upTo - 1));
    return Math.abs(nearest - wanted) / sorted.length;
  }

  private static int lowerBound(double[] sorted, double value) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static double exact(double[] sorted, double fraction) {
    double rank = (sorted.length - 1) * fraction;
    int below = (int) rank;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (sorted[above] - sorted[below]) * (rank - below);
  }

  @Test
  void percentiles_pastTheBudget_areAsFarOffAsTheySay() {
    for (Aggregation aggregation : List.of(Aggregation.P50, Aggregation.P95, Aggregation.P99)) {
      for (boolean byShape : new boolean[] {false, true}) {
        for (boolean byHour : new boolean[] {false, true}) {
          AggregateQuery query = query(aggregation, byShape, byHour);
          String what = "seed " + SEED + ": " + query;
          AggregateResult sketched = sketching.aggregate(query, control());
          assertThat(sketched.rankError()).as(what).hasValue(0.001);
          assertSketched(what, query, sketched);
        }
      }
    }
  }

  @Test
  void percentiles_withinTheBudget_areExact() {
    for (boolean byShape : new boolean[] {false, true}) {
      for (boolean byHour : new boolean[] {false, true}) {
        AggregateQuery query = query(Aggregation.P95, byShape, byHour);
        AggregateResult whole = large.aggregate(query, control());
        assertThat(whole.rankError()).isEmpty();
        assertExact("seed " + SEED + ": " + query, query, whole);
      }
    }
  }

  private void assertSketched(String what, AggregateQuery query, AggregateResult result) {
    assertShape(what, query, result);
    for (AggregateRow row : result.rows()) {
      double[] sorted = sorted(row);
      assertThat(row.count()).as("%s of %s", row, what).isEqualTo(sorted.length);
      assertThat(rankError(sorted, row.value().orElseThrow(), query.aggregation().fraction()))
          .as("%s of %s", row, what)
          .isLessThanOrEqualTo(result.rankError().orElseThrow());
    }
  }

  private void assertExact(String what, AggregateQuery query, AggregateResult result) {
    assertShape(what, query, result);
    for (AggregateRow row : result.rows()) {
      double exact = exact(sorted(row), query.aggregation().fraction());
      assertThat(row.value().orElseThrow())
          .as("%s of %s", row, what)
          .isCloseTo(exact, offset(1e-9 * Math.abs(exact)));
    }
  }

  private static void assertShape(String what, AggregateQuery query, AggregateResult result) {
    int groups = query.groupBy().isEmpty() ? 1 : Shape.values().length;
    assertThat(result.totalGroups()).as(what).isEqualTo(groups);
    assertThat(result.rows())
        .as(what)
        .hasSize(Math.min(groups, query.limit()) * (query.interval().isPresent() ? 2 : 1));
    assertThat(result.stats().points()).as(what).isEqualTo(POINTS);
  }

  @Test
  void values_pastTheBudget_areCountedOnDisk() {
    ValuesQuery query = new ValuesQuery(TENANT, "named", "name", "", 1_000, List.of());
    List<ValueCount> expected =
        IntStream.range(0, 1_000).mapToObj(i -> new ValueCount(name(i), 2)).toList();
    assertThat(middle.listDimensionValues(query, control()).values()).isEqualTo(expected);
    database.flushQueryLog();
    assertThat(
            database.value(
                "SELECT max(ProfileEvents['ExternalAggregationWritePart']) > 0 FROM system.query_log"
                    + " WHERE type = 'QueryFinish' AND Settings['max_memory_usage'] = '"
                    + MIDDLE_BYTES
                    + "'"))
        .isEqualTo("1");
    assertRefused("values", () -> small.listDimensionValues(query, control()));
  }

  private static void assertRefused(String what, ThrowingCallable question) {
    assertThatThrownBy(question)
        .as(what)
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.QUERY_MEMORY_EXCEEDED);
              assertThat(e.details()).containsEntry("limit_bytes", MEMORY_BYTES);
            });
  }

  @Test
  void groups_pastTheBudget_areRefusedWithIt() {
    for (Aggregation aggregation : List.of(Aggregation.SUM, Aggregation.P95)) {
      AggregateQuery query =
          new AggregateQuery(
              TENANT,
              "named",
              range,
              List.of(),
              aggregation,
              List.of("name"),
              Optional.empty(),
              10);
      assertThat(large.aggregate(query, control()).totalGroups()).isEqualTo(NAMES);
      assertRefused(aggregation.name(), () -> small.aggregate(query, control()));
    }
  }
}

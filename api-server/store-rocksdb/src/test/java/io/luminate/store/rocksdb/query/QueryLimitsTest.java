// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import static io.luminate.store.rocksdb.query.StoredMetric.NAME;
import static io.luminate.store.rocksdb.query.StoredMetric.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.luminate.model.Dimensions;
import io.luminate.model.TimeRange;
import io.luminate.store.AggregateQuery;
import io.luminate.store.AggregateResult;
import io.luminate.store.Aggregation;
import io.luminate.store.ErrorCode;
import io.luminate.store.QueryControl;
import io.luminate.store.StoreException;
import io.luminate.store.rocksdb.segment.BlockBuffer;
import io.luminate.store.rocksdb.segment.BlockKey;
import io.luminate.store.rocksdb.segment.ChunkStore;
import io.luminate.store.rocksdb.segment.ForwardingChunkStore;
import io.luminate.store.rocksdb.segment.StorageUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What happens at the limits of memory and time, and when storage fails. */
class QueryLimitsTest {
  private static final long SEED = Long.getLong("luminate.seed", 1);
  private static final TimeRange ALL = new TimeRange(0, Long.MAX_VALUE / 2);
  private static final int POINTS = 150_000;

  private final StoredMetric metric = metric();
  private final double[] sorted = new double[POINTS];

  /** Shuffled values in two segments that overlap in time, so that order takes sorting. */
  private StoredMetric metric() {
    List<Dimensions> series =
        IntStream.range(0, 50).mapToObj(i -> Dimensions.of("host", "h" + i)).toList();
    return new StoredMetric(series);
  }

  private void fill(int points) {
    fill(points, 50);
  }

  private void fill(int points, int series) {
    Random random = new Random(SEED);
    List<StoredMetric.Point> first = new ArrayList<>();
    List<StoredMetric.Point> second = new ArrayList<>();
    for (int i = 0; i < points; i++) {
      double value = random.nextGaussian();
      long millis = StoredMetric.FIRST_MILLIS + random.nextInt(80_000_000);
      (random.nextBoolean() ? first : second)
          .add(new StoredMetric.Point(random.nextInt(series), millis, value));
      sorted[i] = value;
    }
    metric.addSegments(first, false);
    metric.addSegments(second, false);
    Arrays.sort(sorted, 0, points);
  }

  private static AggregateQuery query(Aggregation aggregation, List<String> groupBy) {
    return new AggregateQuery(
        TENANT, NAME, ALL, List.of(), aggregation, groupBy, Optional.empty(), 100);
  }

  private static QueryControl control() {
    return QueryControl.withTimeout(Duration.ofMinutes(1));
  }

  @Test
  void percentile_pastTheBudget_isSketched() {
    fill(POINTS);
    try (QueryExecutor executor = new QueryExecutor(metric.chunks, 2, 1_000_000, Long.MAX_VALUE)) {
      AggregateResult result =
          executor.aggregate(query(Aggregation.P95, List.of()), metric.snapshot(), control());
      double value = result.rows().getFirst().value().orElseThrow();
      int place = Arrays.binarySearch(sorted, value);
      double rank = (place < 0 ? -place - 1 : place) / (double) POINTS;
      assertThat(result.rankError()).isPresent();
      assertThat(Math.abs(rank - 0.95))
          .as("seed %s", SEED)
          .isLessThanOrEqualTo(2 * result.rankError().getAsDouble());
    }
  }

  /** 1.2 MB of values, read in pieces of 0.3 MB. */
  @Test
  void percentile_groupsFitTheBudgetInPieces_areExact() {
    fill(POINTS);
    AggregateQuery query = query(Aggregation.P95, List.of("host"));
    try (QueryExecutor small = new QueryExecutor(metric.chunks, 2, 300_000, Long.MAX_VALUE);
        QueryExecutor large = new QueryExecutor(metric.chunks, 2, 10_000_000, Long.MAX_VALUE)) {
      AggregateResult pieces = small.aggregate(query, metric.snapshot(), control());
      AggregateResult whole = large.aggregate(query, metric.snapshot(), control());
      assertThat(pieces.rankError()).isEmpty();
      assertThat(pieces.rows()).as("seed %s", SEED).hasSize(50).isEqualTo(whole.rows());
      assertThat(pieces.stats().points()).isEqualTo(POINTS);
    }
  }

  @Test
  void percentile_noBudgetForSketches_isRefused() {
    fill(POINTS);
    try (QueryExecutor executor = new QueryExecutor(metric.chunks, 2, 20_000, Long.MAX_VALUE)) {
      StoreException refused =
          catchThrowableOfType(
              StoreException.class,
              () ->
                  executor.aggregate(
                      query(Aggregation.P50, List.of("host")), metric.snapshot(), control()));
      assertThat(refused.code()).isEqualTo(ErrorCode.QUERY_MEMORY_EXCEEDED);
      assertThat(refused.details()).containsEntry("limit_bytes", 20_000L);
      assertThat((long) refused.details().get("needed_bytes")).isGreaterThan(20_000L);
    }
  }

  @Test
  void aggregate_groupsPastTheBudget_isRefused() {
    fill(1_000);
    try (QueryExecutor executor = new QueryExecutor(metric.chunks, 2, 500, Long.MAX_VALUE)) {
      assertThatThrownBy(
              () ->
                  executor.aggregate(
                      query(Aggregation.SUM, List.of("host")), metric.snapshot(), control()))
          .isInstanceOfSatisfying(
              StoreException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_MEMORY_EXCEEDED));
    }
  }

  @Test
  void integral_dayPastTheBudget_isDoneInPieces() {
    fill(20_000);
    try (QueryExecutor small = new QueryExecutor(metric.chunks, 2, 60_000, Long.MAX_VALUE);
        QueryExecutor large = new QueryExecutor(metric.chunks, 2, 10_000_000, Long.MAX_VALUE)) {
      AggregateQuery query = query(Aggregation.INTEGRAL, List.of("host"));
      AggregateResult pieces = small.aggregate(query, metric.snapshot(), control());
      AggregateResult whole = large.aggregate(query, metric.snapshot(), control());
      assertThat(pieces.rows()).as("seed %s", SEED).isEqualTo(whole.rows());
      assertThat(pieces.stats().points()).isEqualTo(20_000);
    }
  }

  /** A series is sorted as a whole: 12 bytes a point, and half as much to sort in. */
  @Test
  void integral_oneDenseSeries_countsWhatSortingTakes() {
    fill(POINTS, 1);
    AggregateQuery query = query(Aggregation.INTEGRAL, List.of("host"));
    try (QueryExecutor small = new QueryExecutor(metric.chunks, 2, 3_000_000, Long.MAX_VALUE);
        QueryExecutor enough = new QueryExecutor(metric.chunks, 2, 4_000_000, Long.MAX_VALUE)) {
      assertThatThrownBy(() -> small.aggregate(query, metric.snapshot(), control()))
          .isInstanceOfSatisfying(
              StoreException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_MEMORY_EXCEEDED));
      AggregateResult result = enough.aggregate(query, metric.snapshot(), control());
      assertThat(result.stats().points()).isEqualTo(POINTS);
    }
  }

  @Test
  void query_cancelledOrLate_isRefused() {
    fill(1_000);
    QueryControl cancelled = control();
    cancelled.cancel();
    QueryControl late = QueryControl.withTimeout(Duration.ZERO);
    try (QueryExecutor executor = new QueryExecutor(metric.chunks, 2, 1 << 20, Long.MAX_VALUE)) {
      AggregateQuery query = query(Aggregation.SUM, List.of());
      assertThatThrownBy(() -> executor.aggregate(query, metric.snapshot(), cancelled))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_CANCELLED));
      assertThatThrownBy(() -> executor.aggregate(query, metric.snapshot(), late))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_TIMEOUT));
    }
  }

  @Test
  void query_closedExecutor_isRefused() {
    fill(1_000);
    QueryExecutor executor = new QueryExecutor(metric.chunks, 2, 1 << 20, Long.MAX_VALUE);
    executor.close();
    assertThatThrownBy(
            () ->
                executor.aggregate(query(Aggregation.SUM, List.of()), metric.snapshot(), control()))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_UNAVAILABLE));
  }

  @Test
  void query_storageFails_andWorksAgain() {
    fill(1_000);
    FailingStore store = new FailingStore(metric.chunks);
    try (QueryExecutor executor = new QueryExecutor(store, 2, 1 << 20, Long.MAX_VALUE)) {
      AggregateQuery query = query(Aggregation.SUM, List.of("host"));
      store.failing = true;
      assertThatThrownBy(() -> executor.aggregate(query, metric.snapshot(), control()))
          .isInstanceOf(StorageUnavailableException.class);
      store.failing = false;
      assertThat(executor.aggregate(query, metric.snapshot(), control()).rows()).hasSize(50);
    }
  }

  private static final class FailingStore extends ForwardingChunkStore {
    private volatile boolean failing;

    FailingStore(ChunkStore inner) {
      super(inner);
    }

    @Override
    public void read(BlockKey key, BlockBuffer into) {
      if (failing) {
        throw new StorageUnavailableException("reading " + key, false, new IOException("test"));
      }
      super.read(key, into);
    }
  }
}

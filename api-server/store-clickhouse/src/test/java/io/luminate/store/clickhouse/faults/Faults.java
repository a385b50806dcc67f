// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.luminate.model.Filter;
import io.luminate.model.TimeRange;
import io.luminate.store.AggregateQuery;
import io.luminate.store.Aggregation;
import io.luminate.store.ErrorCode;
import io.luminate.store.MetricNamesQuery;
import io.luminate.store.MetricsStore;
import io.luminate.store.QueryControl;
import io.luminate.store.RangeQuery;
import io.luminate.store.StoreException;
import io.luminate.store.StoreHealth;
import io.luminate.store.ValuesQuery;
import io.luminate.store.clickhouse.ClickHouseStore;
import io.luminate.store.clickhouse.ClickHouseStoreOptions;
import io.luminate.store.clickhouse.client.ClickHouseAccess;
import io.luminate.store.clickhouse.read.ReadLimits;
import io.luminate.store.clickhouse.write.Acknowledgement;
import io.luminate.store.clickhouse.write.WriteOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What the tests of faults have in common. */
final class Faults {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final long QUERY_MEMORY_BYTES = 256L << 20;

  private Faults() {}

  static ClickHouseStore store(ClickHouseAccess access, Duration writeTimeout) {
    return ClickHouseStore.open(options(access, writeTimeout));
  }

  static ClickHouseStoreOptions options(ClickHouseAccess access, Duration writeTimeout) {
    return options(access, WriteOptions.DEFAULT.withTimeout(writeTimeout));
  }

  private static ClickHouseStoreOptions options(ClickHouseAccess access, WriteOptions writes) {
    return ClickHouseStoreOptions.defaults(access)
        .withWork(writes, ReadLimits.ofMemory(QUERY_MEMORY_BYTES));
  }

  /** One that answers a write once it has it in memory. */
  static ClickHouseStore buffered(ClickHouseAccess access) {
    return ClickHouseStore.open(
        options(access, WriteOptions.DEFAULT.with(Acknowledgement.BUFFERED)));
  }

  static void awaitHealthy(MetricsStore store) throws InterruptedException {
    awaitHealth(store, health -> health instanceof StoreHealth.Healthy);
  }

  static void awaitHealth(MetricsStore store, StoreHealth expected) throws InterruptedException {
    awaitHealth(store, expected::equals);
  }

  static void awaitHealth(MetricsStore store, Predicate<StoreHealth> expected)
      throws InterruptedException {
    Instant giveUp = Instant.now().plus(PATIENCE);
    while (!expected.test(store.health())) {
      assertThat(Instant.now()).as("still %s", store.health()).isBefore(giveUp);
      Thread.sleep(POLL);
    }
  }

  /** What every kind of question is answered with, each in time. */
  static void assertUnreadable(MetricsStore store, Duration within) {
    TimeRange range = new TimeRange(0, System.currentTimeMillis());
    String metric = "asked_about";
    Map<String, Consumer<QueryControl>> questions =
        Map.of(
            "range",
            control ->
                store.queryRange(
                    new RangeQuery(
                        SentRequest.TENANT, metric, range, List.of(), 10, Optional.empty()),
                    control),
            "aggregate",
            control ->
                store.aggregate(
                    new AggregateQuery(
                        SentRequest.TENANT,
                        metric,
                        range,
                        List.of(Filter.equal("zone", "z")),
                        Aggregation.SUM,
                        List.of("client"),
                        Optional.empty(),
                        10),
                    control),
            "metrics",
            control ->
                store.listMetrics(
                    new MetricNamesQuery(SentRequest.TENANT, "", 10, List.of()), control),
            "metrics of a dimension",
            control ->
                store.listMetrics(
                    new MetricNamesQuery(
                        SentRequest.TENANT, "", 10, List.of(Filter.equal("zone", "z"))),
                    control),
            "keys",
            control -> store.listDimensionKeys(SentRequest.TENANT, metric, List.of(), 10, control),
            "values",
            control ->
                store.listDimensionValues(
                    new ValuesQuery(SentRequest.TENANT, metric, "client", "", 10, List.of()),
                    control));
    questions.forEach(
        (what, question) -> {
          Instant began = Instant.now();
          Throwable answer =
              catchThrowable(() -> question.accept(QueryControl.withTimeout(within)));
          assertThat(answer).as(what).isInstanceOf(StoreException.class);
          assertThat(((StoreException) answer).code())
              .as("%s: %s", what, answer)
              .isIn(ErrorCode.STORAGE_UNAVAILABLE, ErrorCode.QUERY_TIMEOUT);
          assertThat(Duration.between(began, Instant.now()))
              .as("%s: %s", what, answer)
              .isLessThan(within.plusSeconds(5));
        });
  }

  /** Sends it once; it has to be refused in time. */
  static StoreException assertRefused(
      MetricsStore store, SentRequest request, ErrorCode code, Duration within) {
    Instant began = Instant.now();
    StoreException refusal = catchThrowableOfType(StoreException.class, () -> request.send(store));
    assertThat(refusal).as("request %d", request.number()).isNotNull();
    assertThat(refusal.code()).as("%s", refusal).isEqualTo(code);
    assertThat(Duration.between(began, Instant.now())).as("%s", refusal).isLessThan(within);
    return refusal;
  }
}

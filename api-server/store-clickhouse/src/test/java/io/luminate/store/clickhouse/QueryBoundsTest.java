// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.model.Dimensions;
import io.luminate.model.Filter;
import io.luminate.model.Interval;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import io.luminate.store.AggregateQuery;
import io.luminate.store.AggregateResult;
import io.luminate.store.Aggregation;
import io.luminate.store.ErrorCode;
import io.luminate.store.MetricNamesQuery;
import io.luminate.store.PointBatch;
import io.luminate.store.QueryControl;
import io.luminate.store.RangeQuery;
import io.luminate.store.RateQuery;
import io.luminate.store.StoreException;
import io.luminate.store.WriteRequest;
import io.luminate.store.clickhouse.read.ReadLimits;
import io.luminate.store.clickhouse.write.WriteOptions;
import java.lang.reflect.Method;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What ClickHouse itself is told of a question's bounds, and when it stops. */
class QueryBoundsTest {
  private static final TenantId TENANT = new TenantId("acme");
  private static final long MEMORY_BYTES = 123_456_789;

  /**
   * The statement that finds out whether points are many has done so after a block, in good time
   * for the one that is stopped.
   */
  private static final ReadLimits READING = new ReadLimits(MEMORY_BYTES, 1, 1_000_000, 20_000);

  /** Much less than a question that is cancelled would have had. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Every character that an id of a request may have beside letters and digits. */
  private static final String ID = "._:/+=@-";

  private static final String OF_REQUEST = " AND startsWith(query_id, '%s/')";

  private final TestDatabase database = TestDatabase.empty();
  private final ClickHouseServer server = database.server();
  private final long nowMillis = System.currentTimeMillis();
  private final TimeRange range = new TimeRange(nowMillis - 3_600_000, nowMillis);
  private final String requestId = UUID.randomUUID() + ID;
  private ClickHouseStore store;

  @BeforeEach
  void open() {
    store =
        ClickHouseStore.open(
            ClickHouseStoreOptions.defaults(database.access())
                .withWork(WriteOptions.DEFAULT, READING));
    PointBatch batch = new PointBatch(TENANT, 1);
    batch.add(store.seriesHandle(TENANT, "m", Dimensions.of("k", "v")), nowMillis - 1_000, 1);
    store.write(WriteRequest.unkeyed(batch));
  }

  @AfterEach
  void close() {
    store.close();
    database.close();
  }

  private AggregateQuery aggregate(Aggregation aggregation, Optional<Interval> interval) {
    return new AggregateQuery(
        TENANT, "m", range, List.of(), aggregation, List.of("k"), interval, 10);
  }

  @Test
  void everyStatement_hasTheBoundsAndTheIdOfItsRequest() {
    Duration timeout = Duration.ofSeconds(17);
    EveryQuestion questions = new EveryQuestion(store, TENANT, "m", range);
    questions.askWith(
        QueryControl.withTimeout(timeout, requestId), "k", List.of(new Filter("k", List.of("v"))));
    assertThat(questions.unasked(QueryBoundsTest::isQuestion))
        .as("what takes a control, and is not asked here")
        .isEmpty();
    database.flushQueryLog();
    String ours = finished("points") + OF_REQUEST.formatted(requestId);
    assertThat(Integer.parseInt(database.value("SELECT uniqExact(query_id) " + ours)))
        .isGreaterThanOrEqualTo(2 * Aggregation.values().length + 5);
    assertThat(
            server.query(
                "SELECT DISTINCT Settings['max_memory_usage'], Settings['readonly'] " + ours))
        .containsExactly(MEMORY_BYTES + "\t2");
    assertEndsWithin(timeout, ours);
  }

  /** To claim a key is a part of a write. */
  private static boolean isQuestion(Method method) {
    return List.of(method.getParameterTypes()).contains(QueryControl.class)
        && !method.getName().equals("claim");
  }

  /** It has no request, and no control of the caller's. */
  @Test
  void figuresOfATenant_haveBounds() {
    assertThat(store.stats(TENANT).points()).isEqualTo(1);
    database.flushQueryLog();
    assertThat(
            server.query(
                "SELECT Settings['max_memory_usage'], Settings['readonly'],"
                    + " toFloat64(Settings['max_execution_time']) BETWEEN 1 AND 31 "
                    + finished("points")
                    + " AND query LIKE '%uniqExact(metric, series)%'"))
        .containsExactly(MEMORY_BYTES + "\t2\t1");
  }

  /** It has the memory of a count, which is not up to the operator. */
  @Test
  void countOfEverything_hasBounds_andEndsWhenNobodyWaits() {
    assertThat(store.stats().points()).isEqualTo(1);
    database.flushQueryLog();
    assertThat(
            server.query(
                "SELECT DISTINCT Settings['max_memory_usage'],"
                    + " Settings['max_bytes_before_external_group_by'], Settings['readonly'],"
                    + " Settings['cancel_http_readonly_queries_on_client_close'],"
                    + " toFloat64(Settings['max_execution_time']) "
                    + finished("points")
                    + " AND query LIKE '%GROUP BY tenant, metric%'"))
        .containsExactly((1L << 30) + "\t" + (1L << 28) + "\t2\t1\t300");
  }

  /** Series that stand for several are looked for apart, in parts that may have any. */
  @Test
  void integralsAndRates_readNoRowTwice() {
    QueryControl control = QueryControl.withTimeout(PATIENCE, requestId);
    Interval minute = new Interval(60_000);
    store.rate(new RateQuery(TENANT, "m", range, List.of(), List.of(), minute, 10), control);
    store.aggregate(aggregate(Aggregation.INTEGRAL, Optional.empty()), control);
    database.flushQueryLog();
    String rows = database.value("SELECT count() FROM " + database.tables().points());
    assertThat(
            server.query(
                "SELECT read_rows " + finished("points") + OF_REQUEST.formatted(requestId)))
        .containsExactly(rows, rows);
  }

  private String finished(String table) {
    return "FROM system.query_log WHERE type = 'QueryFinish' AND query_kind = 'Select' AND has(tables, '"
        + database.tables().database()
        + "."
        + table
        + "')";
  }

  private void assertEndsWithin(Duration timeout, String statements) {
    String seconds = "(toFloat64(Settings['max_execution_time'])) ";
    assertThat(Double.parseDouble(database.value("SELECT max" + seconds + statements)))
        .as("seconds, one more than the request has, as the API is the one to give up")
        .isBetween(1.0, timeout.toSeconds() + 1.0);
    assertThat(Double.parseDouble(database.value("SELECT min" + seconds + statements)))
        .isGreaterThan(0);
  }

  /** Of a key that no point has, of all keys, and of all metrics. */
  @Test
  void everyLookAtSlots_hasTheBoundsAndTheIdOfItsRequest() {
    Duration timeout = Duration.ofSeconds(13);
    database.flushQueryLog();
    String others = "SELECT count() " + finished("slots") + " AND NOT (true" + OF_REQUEST + ")";
    long before = number(others.formatted(requestId));
    QueryControl control = QueryControl.withTimeout(timeout, requestId);
    List<Filter> filters = List.of(new Filter("nobody's", List.of("v", "")));
    store.queryRange(new RangeQuery(TENANT, "m", range, filters, 10, Optional.empty()), control);
    store.listDimensionKeys(TENANT, "m", filters, 10, control);
    store.listMetrics(new MetricNamesQuery(TENANT, "", 10, filters), control);
    database.flushQueryLog();
    String ours = finished("slots") + OF_REQUEST.formatted(requestId);
    assertThat(number("SELECT uniqExact(query_id) " + ours)).isGreaterThanOrEqualTo(3);
    assertEndsWithin(timeout, ours);
    assertThat(number(others.formatted(requestId))).isEqualTo(before);
  }

  /** A tenant that asks for what it does not have costs others one look at the slots. */
  @Test
  void questionThatNoPointCanMatch_takesOneLookAtSlots() {
    QueryControl control = QueryControl.withTimeout(PATIENCE, requestId);
    List<Filter> filters = List.of(new Filter("nobody's", List.of("v")));
    AggregateResult none =
        store.aggregate(
            new AggregateQuery(
                TENANT,
                "m",
                range,
                filters,
                Aggregation.AVG,
                List.of("k", "nobody's"),
                Optional.empty(),
                10),
            control);
    assertThat(none.rows()).isEmpty();
    assertThat(none.totalGroups()).isZero();
    assertThat(none.stats().series()).hasValue(0);
    Interval minute = new Interval(60_000);
    RateQuery rate = new RateQuery(TENANT, "m", range, filters, List.of("k"), minute, 10);
    assertThat(store.rate(rate, control).rows()).isEmpty();
    database.flushQueryLog();
    String count = "SELECT uniqExact(query_id) ";
    assertThat(number(count + finished("slots") + OF_REQUEST.formatted(requestId))).isEqualTo(2);
    assertThat(number(count + finished("points") + OF_REQUEST.formatted(requestId))).isZero();
  }

  /** Points without end, so that a question goes on until it is stopped. */
  private void makePointsEndless() {
    String points = database.tables().points();
    server.execute("DROP TABLE " + points + " SYNC");
    server.execute(
        "CREATE VIEW "
            + points
            + " AS SELECT 'acme' AS tenant, 'm' AS metric, '' AS entity, toUInt128(number) AS series,"
            + " toInt64("
            + (nowMillis - 1_000)
            + ") AS timestamp, toFloat64(number % 7) AS value, toString(number % 3) AS s01"
            + " FROM system.numbers WHERE sleepEachRow(0.000001) = 0");
  }

  private long running() {
    return running("");
  }

  /** The first statement about points only finds out whether they are many, and ends by itself. */
  private long runningWithoutEnd() {
    return running(" AND NOT mapContains(Settings, 'max_rows_to_read')");
  }

  private long running(String condition) {
    return number(
        "SELECT count() FROM system.processes WHERE startsWith(query_id, '"
            + requestId
            + "/')"
            + condition);
  }

  private long number(String sql) {
    return Long.parseLong(database.value(sql));
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    Instant giveUp = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).as(what).isBefore(giveUp);
      Thread.sleep(20);
    }
  }

  /** That none of the request's statements goes on, and one of them was stopped. */
  private void assertStopped() throws InterruptedException {
    await("nothing runs any more", () -> running() == 0);
    await("a statement was stopped", () -> stopped() > 0);
  }

  /** TIMEOUT_EXCEEDED, QUERY_WAS_CANCELLED, QUERY_WAS_CANCELLED_BY_CLIENT. */
  private long stopped() {
    server.execute("SYSTEM FLUSH LOGS query_log");
    return number(
        "SELECT count() FROM system.query_log WHERE exception_code IN (159, 394, 735)"
            + " AND startsWith(query_id, '"
            + requestId
            + "/')");
  }

  private ErrorCode failure(QueryControl control) {
    return catchThrowableOfType(
            StoreException.class,
            () -> store.aggregate(aggregate(Aggregation.SUM, Optional.empty()), control))
        .code();
  }

  @Test
  void cancelled_endsInClickHouse() throws Exception {
    makePointsEndless();
    QueryControl control = QueryControl.withTimeout(Duration.ofMinutes(2), requestId);
    assertThat(failureOf(control, control::cancel)).isEqualTo(ErrorCode.QUERY_CANCELLED);
    assertStopped();
  }

  @Test
  void killedInClickHouse_isSaidToBe() throws Exception {
    makePointsEndless();
    QueryControl control = QueryControl.withTimeout(Duration.ofMinutes(2), requestId);
    assertThat(
            failureOf(
                control,
                () ->
                    server.execute(
                        "KILL QUERY WHERE startsWith(query_id, '" + requestId + "/') ASYNC")))
        .isEqualTo(ErrorCode.QUERY_CANCELLED);
    assertStopped();
  }

  @Test
  void timedOut_endsInClickHouse() throws Exception {
    makePointsEndless();
    QueryControl control = QueryControl.withTimeout(Duration.ofSeconds(2), requestId);
    assertThat(failure(control)).isEqualTo(ErrorCode.QUERY_TIMEOUT);
    assertStopped();
  }

  /** Requests are on such threads, which ask ClickHouse themselves. */
  @Test
  void timedOut_onAVirtualThread_endsInClickHouse() throws Exception {
    makePointsEndless();
    QueryControl control = QueryControl.withTimeout(Duration.ofSeconds(2), requestId);
    assertThat(failureOf(control, () -> {})).isEqualTo(ErrorCode.QUERY_TIMEOUT);
    assertStopped();
  }

  /** Of a question that something is done to once ClickHouse is at it. */
  private ErrorCode failureOf(QueryControl control, Runnable meanwhile)
      throws InterruptedException, ExecutionException {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<ErrorCode> failure = threads.submit(() -> failure(control));
      await("a statement runs", () -> runningWithoutEnd() > 0);
      meanwhile.run();
      return failure.get();
    }
  }
}

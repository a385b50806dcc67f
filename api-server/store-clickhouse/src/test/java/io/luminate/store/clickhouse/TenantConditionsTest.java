// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.clickhouse.testkit.proxy.FaultProxy;
import io.luminate.model.Dimensions;
import io.luminate.model.Filter;
import io.luminate.model.RetentionPolicies;
import io.luminate.model.RetentionPolicy;
import io.luminate.model.RetentionRules;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import io.luminate.store.AcceptedPoints;
import io.luminate.store.BodyHash;
import io.luminate.store.DeleteRequest;
import io.luminate.store.IdempotencyClaim;
import io.luminate.store.MetricNamesQuery;
import io.luminate.store.MetricsStore;
import io.luminate.store.PointBatch;
import io.luminate.store.QueryControl;
import io.luminate.store.SeriesLimits;
import io.luminate.store.SeriesName;
import io.luminate.store.SeriesRequest;
import io.luminate.store.ValuesQuery;
import io.luminate.store.WriteDecision;
import io.luminate.store.WriteRequest;
import io.luminate.store.clickhouse.schema.Tables;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Everything that a store can be asked on behalf of a tenant, beside another tenant's data. */
class TenantConditionsTest {
  private static final TenantId TENANT = new TenantId("acme");

  /** Names and values that no statement has by itself. */
  private static final String METRIC = "zq_metric";

  private static final String KEY = "zq_key";
  private static final String VALUE = "zq'value\\";
  private static final String CUSTOMER = "zq_customer";
  private static final String NOBODYS = "zq_nobodys";
  private static final String IDEMPOTENCY_KEY = "zq idempotency key";

  private static final Pattern UNMISTAKABLE = Pattern.compile("(?i)zq|acme");

  /** RFC 7578, the statement first. */
  private static final Pattern FORM =
      Pattern.compile("(?s)--(?:\\S+)\r\n[^\r]*name=\"query\"\r\n\r\n(.*?)\r\n--");

  /** Of an insert, which has its statement in the address: they are sent in chunks. */
  private static final Pattern ROWS = Pattern.compile("[0-9a-f]+\r\n");

  /** Statements with names of the tenant's in their text, each for a reason. */
  private static final List<Pattern> NAMING =
      List.of(
          // ClickHouse keeps the expression with the table, where there are no parameters.
          Pattern.compile("ALTER TABLE \\S+points MODIFY TTL .*"),
          // A delete is found again by its name, which has the tenant's, in the text that
          // ClickHouse keeps of it.
          Pattern.compile(
              "ALTER TABLE \\S+points UPDATE _row_exists = 0 WHERE tenant = \\{tenant:String} AND"
                  + " metric = \\{metric:String} AND timestamp < \\{before:Int64}( AND \\w+ IN"
                  + " \\{values0:Array\\(String\\)})? AND 'delete-[0-9a-f]+ of acme' != ''"));

  private static final TenantId OTHER = new TenantId("other");

  private final TestDatabase database = TestDatabase.empty();
  private final ClickHouseServer server = database.server();
  private final FaultProxy proxy = FaultProxy.inFrontOf(server.httpUrl());
  private final List<String> databases = List.of(database.tables().database());
  private final long nowMillis = System.currentTimeMillis();
  private final TimeRange range = new TimeRange(nowMillis - 3_600_000, nowMillis);

  @AfterEach
  void close() {
    proxy.close();
    database.close();
  }

  private ClickHouseStore open() {
    return ClickHouseStore.open(
        ClickHouseStoreOptions.defaults(database.access().at(List.of(proxy.url().toString()))));
  }

  private static QueryControl control() {
    return QueryControl.withTimeout(Duration.ofSeconds(60));
  }

  private PointBatch batch(MetricsStore store, TenantId tenant) {
    PointBatch batch = new PointBatch(tenant, 1);
    batch.add(
        store.seriesHandle(tenant, METRIC, Dimensions.of(KEY, VALUE, "customer_id", CUSTOMER)),
        nowMillis - 1_000,
        1);
    return batch;
  }

  private void askEverything(EveryQuestion questions) {
    MetricsStore store = questions.store();
    for (String key : List.of(KEY, "customer_id", NOBODYS)) {
      questions.askWith(control(), key, List.of(new Filter(key, List.of(VALUE, CUSTOMER, ""))));
      questions.askWith(control(), key, List.of());
      ValuesQuery values = new ValuesQuery(TENANT, METRIC, key, "zq'v", 10, List.of());
      store.listDimensionValues(values, control());
    }
    store.listMetrics(new MetricNamesQuery(TENANT, "zq_m", 10, List.of()), control());
    writeInDoubt(store);
    writeUnderAKey(store);
    admitNearALimit(store);
    assertThat(store.stats().points()).isGreaterThan(store.stats(TENANT).points());
    assertThat(store.largestMetrics(10)).hasSize(2);
    assertThat(store.keysByGrowth(TENANT, METRIC)).isNotEmpty();
    assertThat(store.queryMemory(TENANT)).isPresent();
    assertThat(store.seriesMemory(TENANT)).isEmpty();
    store.noteRead(TENANT, METRIC);
    assertThat(store.reads(TENANT, METRIC)).isPresent();
    store.setRetention(TENANT, METRIC, Duration.ofDays(20));
    assertThat(store.ownRetentions(TENANT)).hasValue(1);
    store.applyRetention(RetentionRules.configured(policies()));
    store.enforceRetention();
    // Under what is retained now.
    store.stats();
    store.retentionStatus();
    delete(store, List.of(Filter.equal(KEY, VALUE)));
    delete(store, List.of());
    assertThat(store.isGood(store.lowestHandle() - 1)).isFalse();
    assertThat(store.lowestSureHandle(TENANT)).isGreaterThanOrEqualTo(store.lowestHandle());
    assertThat(store.unansweredSeries()).isZero();
    store.health();
  }

  private static RetentionPolicies policies() {
    return new RetentionPolicies(
        Duration.ofDays(25),
        List.of(
            new RetentionPolicy("p", Optional.of(TENANT), "zq_m*", Duration.ofDays(26)),
            new RetentionPolicy("q", Optional.empty(), "zq_other", Duration.ofDays(27))));
  }

  private void delete(MetricsStore store, List<Filter> filters) {
    DeleteRequest request = new DeleteRequest(TENANT, METRIC, nowMillis + 1, filters);
    String operation = store.deleteBefore(request).operationId();
    assertThat(store.findDelete(TENANT, operation)).isPresent();
  }

  private void writeUnderAKey(MetricsStore store) {
    PointBatch batch = batch(store, TENANT);
    BodyHash body = new BodyHash(1, 2);
    try (IdempotencyClaim.Held claim =
        (IdempotencyClaim.Held) store.claim(TENANT, IDEMPOTENCY_KEY, body, control())) {
      assertThat(claim.bind(new WriteDecision(AcceptedPoints.all(1), new byte[] {7}))).isEmpty();
      store.write(WriteRequest.keyed(batch, claim, new byte[] {7}));
    }
    assertThat(store.claim(TENANT, IDEMPOTENCY_KEY, body, control()))
        .isInstanceOf(IdempotencyClaim.Replay.class);
  }

  /** So that what is stored is asked whether a series is there. */
  private static void admitNearALimit(MetricsStore store) {
    SeriesLimits limits = new SeriesLimits(1, 1, SeriesLimits.Overflow.REJECT);
    SeriesName unknown = new SeriesName(METRIC, Dimensions.of(KEY, "zq_w"));
    assertThat(store.admit(new SeriesRequest(TENANT, List.of(unknown), limits))).hasSize(1);
  }

  /** Whose answer is lost, so that somebody looks for the mark of what was stored. */
  private void writeInDoubt(MetricsStore store) {
    while (proxy.texts().stream().noneMatch(text -> text.contains("series = {token:UInt128}"))) {
      proxy.loseAnswers(1);
      store.write(WriteRequest.unkeyed(batch(store, TENANT)));
    }
  }

  @Test
  void everyStatement_readsRowsOfTheTenantThatAsks() {
    try (ClickHouseStore earlier = open()) {
      earlier.write(WriteRequest.unkeyed(batch(earlier, TENANT)));
      earlier.write(WriteRequest.unkeyed(batch(earlier, OTHER)));
    }
    String began = database.value("SELECT now64(6)");
    proxy.keepTexts();
    try (ClickHouseStore store = open()) {
      EveryQuestion questions = new EveryQuestion(store, TENANT, METRIC, range);
      askEverything(questions);
      questions.store().close();
      assertThat(questions.unasked(method -> true))
          .as("methods of a store that are not called here")
          .isEmpty();
    }
    List<String> sent = proxy.texts();
    TenantConditions byParameter =
        new TenantConditions(server, databases, TenantConditions.PARAMETER);
    assertThat(byParameter.without(sent)).isEmpty();
    assertThat(byParameter.read(sent))
        .as("tables of which the tenant's rows were read; those of retention are read as a whole")
        .containsExactlyInAnyOrder(
            Tables.POINTS,
            Tables.LEDGER,
            Tables.SLOTS,
            Tables.CARDINALITY,
            Tables.OPERATIONS,
            Tables.READS);
    List<String> logged = TenantConditions.logged(server, databases, began);
    TenantConditions itsOwn = new TenantConditions(server, databases, "'acme'");
    assertThat(itsOwn.without(logged)).isEmpty();
    assertThat(itsOwn.read(logged)).isEqualTo(byParameter.read(sent));
    assertThat(sent).anyMatch(text -> text.contains("{retained0:String}"));
    assertNoValueIn(sent);
    // The texts of inserts of rows are sent otherwise; the log has parameters of others filled in.
    assertNoValueIn(
        logged.stream().filter(statement -> statement.contains("FORMAT Native")).toList());
  }

  private static void assertNoValueIn(List<String> statements) {
    List<String> texts =
        statements.stream()
            .filter(sent -> !ROWS.matcher(sent).lookingAt())
            .map(TenantConditionsTest::statement)
            .toList();
    assertThat(texts).isNotEmpty();
    assertThat(texts.stream().filter(UNMISTAKABLE.asPredicate()).filter(text -> !isNaming(text)))
        .as("statements with a name or a value in their text")
        .isEmpty();
  }

  private static boolean isNaming(String statement) {
    return NAMING.stream().anyMatch(allowed -> allowed.matcher(statement).matches());
  }

  /** Of a form the field that is the statement; parameters are others. */
  private static String statement(String sent) {
    Matcher form = FORM.matcher(sent);
    return form.lookingAt() ? form.group(1) : sent;
  }

  /** What ClickHouse has with a tenant is what this knows of. */
  @Test
  void tablesWithATenant_areThese() {
    open().close();
    assertThat(new TenantConditions(server, databases, TenantConditions.PARAMETER).tables())
        .containsExactlyInAnyOrder(
            Tables.POINTS,
            Tables.LEDGER,
            Tables.SLOTS,
            Tables.RETENTION,
            Tables.CARDINALITY,
            Tables.OPERATIONS,
            Tables.READS);
  }
}

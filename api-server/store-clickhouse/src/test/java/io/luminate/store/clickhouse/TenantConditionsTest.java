// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.clickhouse.testkit.proxy.FaultProxy;
import io.luminate.model.Dimensions;
import io.luminate.model.Filter;
import io.luminate.model.RetentionPolicies;
import io.luminate.model.RetentionRules;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import io.luminate.store.AcceptedPoints;
import io.luminate.store.BodyHash;
import io.luminate.store.DeleteRequest;
import io.luminate.store.IdempotencyClaim;
import io.luminate.store.MetricsStore;
import io.luminate.store.PointBatch;
import io.luminate.store.QueryControl;
import io.luminate.store.SeriesLimits;
import io.luminate.store.SeriesName;
import io.luminate.store.SeriesRequest;
import io.luminate.store.WriteDecision;
import io.luminate.store.WriteRequest;
import io.luminate.store.clickhouse.schema.Tables;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Everything that a store can be asked on behalf of a tenant, beside another tenant's data. */
class TenantConditionsTest {
  private static final TenantId TENANT = new TenantId("acme");
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
        store.seriesHandle(tenant, "m", Dimensions.of("k", "v", "customer_id", "c")),
        nowMillis - 1_000,
        1);
    return batch;
  }

  private void askEverything(EveryQuestion questions) {
    MetricsStore store = questions.store();
    for (String key : List.of("k", "customer_id", "nobody's")) {
      questions.askWith(control(), key, List.of(new Filter(key, List.of("v", "c", ""))));
      questions.askWith(control(), key, List.of());
    }
    writeInDoubt(store);
    writeUnderAKey(store);
    admitNearALimit(store);
    assertThat(store.stats().points()).isGreaterThan(store.stats(TENANT).points());
    assertThat(store.largestMetrics(10)).hasSize(2);
    assertThat(store.keysByGrowth(TENANT, "m")).isNotEmpty();
    assertThat(store.queryMemory(TENANT)).isPresent();
    store.noteRead(TENANT, "m");
    assertThat(store.reads(TENANT, "m")).isPresent();
    store.setRetention(TENANT, "m", Duration.ofDays(20));
    store.applyRetention(RetentionRules.configured(RetentionPolicies.keepFor(Duration.ofDays(25))));
    store.enforceRetention();
    store.retentionStatus();
    String operation =
        store.deleteBefore(DeleteRequest.of(TENANT, "m", nowMillis + 1)).operationId();
    assertThat(store.findDelete(TENANT, operation)).isPresent();
    assertThat(store.isGood(store.lowestHandle() - 1)).isFalse();
    assertThat(store.lowestSureHandle(TENANT)).isGreaterThanOrEqualTo(store.lowestHandle());
    assertThat(store.unansweredSeries()).isZero();
    store.health();
  }

  private void writeUnderAKey(MetricsStore store) {
    PointBatch batch = batch(store, TENANT);
    BodyHash body = new BodyHash(1, 2);
    try (IdempotencyClaim.Held claim =
        (IdempotencyClaim.Held) store.claim(TENANT, "key", body, control())) {
      assertThat(claim.bind(new WriteDecision(AcceptedPoints.all(1), new byte[] {7}))).isEmpty();
      store.write(WriteRequest.keyed(batch, claim, new byte[] {7}));
    }
    assertThat(store.claim(TENANT, "key", body, control()))
        .isInstanceOf(IdempotencyClaim.Replay.class);
  }

  /** So that what is stored is asked whether a series is there. */
  private static void admitNearALimit(MetricsStore store) {
    SeriesLimits limits = new SeriesLimits(1, 1, SeriesLimits.Overflow.REJECT);
    SeriesName unknown = new SeriesName("m", Dimensions.of("k", "w"));
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
      EveryQuestion questions = new EveryQuestion(store, TENANT, "m", range);
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

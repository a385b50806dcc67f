// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import static io.luminate.store.testkit.Answers.assertRates;
import static io.luminate.store.testkit.Answers.assertRows;
import static io.luminate.store.testkit.Answers.assertValues;
import static io.luminate.store.testkit.Answers.rateAt;
import static io.luminate.store.testkit.Answers.row;
import static io.luminate.store.testkit.Answers.value;
import static io.luminate.store.testkit.StoreFixture.ACME;
import static io.luminate.store.testkit.StoreFixture.GLOBEX;
import static io.luminate.store.testkit.StoreFixture.MINUTE;
import static io.luminate.store.testkit.StoreFixture.SECOND;
import static io.luminate.store.testkit.StoreFixture.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.TenantId;
import io.luminate.store.Aggregation;
import io.luminate.store.DeleteRequest;
import io.luminate.store.MetricCardinality;
import io.luminate.store.StoreStats;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Two tenants with the same names everywhere do not see each other. */
interface TenantCases extends ContractCases {

  private StoreFixture twoTenants() {
    given().add("m", T0, 1, "k", "v").add("m", T0 + SECOND, 7, "k", "v");
    given().addFor(GLOBEX, "m", T0, 100, "k", "v", "theirs", "t");
    given().addFor(GLOBEX, "m", T0, 200, "k", "v").addFor(GLOBEX, "m", T0 + 1, 800, "k", "v");
    return given().addFor(GLOBEX, "their_metric", T0, 1);
  }

  @Test
  default void tenants_queries_seeTheirOwnPoints() {
    assertValues(twoTenants().ask("m").points(), 1, 7);
    assertRows(given().ask("m").rows(Aggregation.SUM), row(8, 2));
    assertRows(given().ask("m").of(GLOBEX).by("k").rows(Aggregation.SUM), row(1_100, 3, "v"));
    assertRows(given().ask("m").rows(Aggregation.P50), row(4, 2));
    assertRates(given().ask("m").every(MINUTE).rate().rows(), rateAt(T0, 0.1));
    assertRates(given().ask("m").of(GLOBEX).every(MINUTE).rate().rows(), rateAt(T0, 10));
    assertThat(given().ask("their_metric").points().points()).isEmpty();
  }

  @Test
  default void tenants_discovery_seesItsOwn() {
    assertThat(twoTenants().ask("m").metrics()).containsExactly("m");
    assertThat(given().ask("m").keys()).containsExactly("k");
    assertThat(given().ask("m").values("k", "").values()).containsExactly(value("v", 2));
    assertThat(given().ask("m").values("theirs", "").values()).isEmpty();
    assertThat(given().ask("m").of(GLOBEX).metrics()).containsExactly("m", "their_metric");
    assertThat(given().ask("m").of(GLOBEX).keys()).containsExactly("k", "theirs");
  }

  @Test
  default void tenants_deleteAndRetention_reachTheirOwnPointsOnly() {
    twoTenants().store().deleteBefore(DeleteRequest.of(ACME, "m", T0 + MINUTE));
    given().store().setRetention(ACME, "their_metric", Duration.ofMinutes(1));
    given().store().setRetention(ACME, "m", Duration.ofMinutes(1));
    given().store().enforceRetention();
    assertThat(given().ask("m").points().points()).isEmpty();
    assertRows(given().ask("m").of(GLOBEX).rows(Aggregation.SUM), row(1_100, 3));
    assertRows(given().ask("their_metric").of(GLOBEX).rows(Aggregation.SUM), row(1, 1));
  }

  @Test
  default void tenants_stats_areTheirOwn() {
    assertThat(twoTenants().store().stats(ACME)).isEqualTo(new StoreStats(1, 2, 0));
    assertThat(given().store().stats(GLOBEX)).isEqualTo(new StoreStats(3, 4, 0));
    assertThat(given().store().stats().points()).isEqualTo(6);
    assertThat(given().store().largestMetrics(1))
        .containsExactly(new MetricCardinality(GLOBEX, "m", 2));
  }

  @Test
  default void tenants_unknown_seeNothing() {
    TenantId nobody = new TenantId("nobody");
    assertThat(twoTenants().ask("m").of(nobody).points().points()).isEmpty();
    assertThat(given().ask("m").of(nobody).metrics()).isEmpty();
    assertThat(given().ask("m").of(nobody).keys()).isEmpty();
    assertThat(given().ask("m").of(nobody).values("k", "").values()).isEmpty();
    assertThat(given().store().stats(nobody)).isEqualTo(new StoreStats(0, 0, 0));
  }

  @Test
  default void tenants_namesThatPrefixEachOther_stayApart() {
    given().addFor(new TenantId("a"), "bc", T0, 1).addFor(new TenantId("ab"), "c", T0, 2);
    assertThat(given().ask("bc").of(new TenantId("a")).metrics()).containsExactly("bc");
    assertThat(given().ask("c").of(new TenantId("ab")).metrics()).containsExactly("c");
  }
}

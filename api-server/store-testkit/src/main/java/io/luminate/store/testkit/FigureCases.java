// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import static io.luminate.store.testkit.StoreFixture.ACME;
import static io.luminate.store.testkit.StoreFixture.DAY;
import static io.luminate.store.testkit.StoreFixture.GLOBEX;
import static io.luminate.store.testkit.StoreFixture.NOW;
import static io.luminate.store.testkit.StoreFixture.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.store.DeleteRequest;
import io.luminate.store.MetricCardinality;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Figures of a store are of the series that count. Some seconds may pass until others are told. */
interface FigureCases extends ContractCases {
  private List<MetricCardinality> largest() {
    return given().store().largestMetrics(10);
  }

  @Test
  default void largestMetrics_ofAllTenants_mostSeriesFirst() {
    given().addFor(ACME, "m", T0, 1, "k", "a").addFor(ACME, "m", T0, 1, "k", "b");
    given().addFor(GLOBEX, "m", T0, 1, "k", "a").addFor(ACME, "m", T0 + 1, 1, "k", "b");
    given().addFor(GLOBEX, "n", T0, 1, "k", "a").addFor(GLOBEX, "n", T0, 1, "k", "b");
    given().addFor(GLOBEX, "n", T0, 1);
    assertThat(largest())
        .containsExactly(
            new MetricCardinality(GLOBEX, "n", 3),
            new MetricCardinality(ACME, "m", 2),
            new MetricCardinality(GLOBEX, "m", 1));
    assertThat(given().store().largestMetrics(1)).hasSize(1);
    assertThat(given().store().stats().series()).isEqualTo(6);
  }

  @Test
  default void largestMetrics_afterDeletes_haveWhatIsLeft() {
    given().add("m", T0, 1, "k", "a").add("m", T0, 1, "k", "b").add("m", T0 + 5, 1, "k", "c");
    given().add("n", T0, 1);
    assertThat(largest())
        .containsExactly(new MetricCardinality(ACME, "m", 3), new MetricCardinality(ACME, "n", 1));
    given().store().deleteBefore(DeleteRequest.of(ACME, "n", T0 + 1));
    given().store().deleteBefore(DeleteRequest.of(ACME, "m", T0 + 1));
    assertThat(largest()).containsExactly(new MetricCardinality(ACME, "m", 1));
    assertThat(given().store().stats().series()).isEqualTo(1);
  }

  @Test
  default void largestMetrics_afterRetention_haveWhatIsRetained() {
    given().store().setRetention(ACME, "short_m", Duration.ofDays(2));
    given().add("short_m", NOW - DAY, 1, "k", "a").add("short_m", NOW - 3 * DAY, 1, "k", "b");
    given().add("m", NOW - DAY, 1, "k", "a").add("m", NOW - 3 * DAY, 1, "k", "b");
    assertThat(largest())
        .containsExactly(
            new MetricCardinality(ACME, "m", 2), new MetricCardinality(ACME, "short_m", 1));
    given().clock().advance(Duration.ofDays(2));
    assertThat(largest()).containsExactly(new MetricCardinality(ACME, "m", 2));
    given().store().enforceRetention();
    given().clock().advance(Duration.ofDays(26));
    assertThat(largest()).containsExactly(new MetricCardinality(ACME, "m", 1));
    given().clock().advance(Duration.ofDays(2));
    assertThat(largest()).isEmpty();
    assertThat(given().store().stats().series()).isZero();
  }

  @Test
  default void largestMetrics_afterRestart_areTheSame() {
    given().add("m", NOW - 29 * DAY, 1, "k", "a").add("m", T0, 1, "k", "b");
    given().add("n", NOW - 29 * DAY, 1, "k", "b").store();
    given().settle(Stage.REOPENED);
    assertThat(largest())
        .containsExactly(new MetricCardinality(ACME, "m", 2), new MetricCardinality(ACME, "n", 1));
    given().clock().advance(Duration.ofDays(3));
    given().add("m", T0, 1, "k", "b");
    assertThat(largest()).containsExactly(new MetricCardinality(ACME, "m", 1));
  }
}

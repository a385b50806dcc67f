// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.TenantId;
import io.luminate.server.config.CardinalityLimits;
import io.luminate.server.config.CardinalityLimits.Overflow;
import io.luminate.server.config.QueryLimits;
import io.luminate.server.config.RateLimits;
import io.luminate.server.limits.ConcurrentQueries;
import io.luminate.server.limits.LimitsInForce;
import io.luminate.server.limits.RateLimiter;
import io.luminate.server.limits.TenantLimits;
import io.luminate.server.limits.usage.Growth;
import io.luminate.server.limits.usage.LimitUse;
import io.luminate.server.limits.usage.SeriesReading;
import io.luminate.server.limits.usage.TenantSeries;
import io.luminate.store.StoreStats;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is said of series, of counts that are made up. */
final class UsageReplyTest {
  private static final TenantId A = new TenantId("a");
  private static final TenantId B = new TenantId("b");
  private static final Instant FROM = Instant.parse("2026-03-01T00:00:00Z");
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private static UsageReply.Sources sources(long seriesMax, long metricsMax) {
    Duration minute = Duration.ofMinutes(1);
    TenantLimits limits =
        new TenantLimits(
            new RateLimits(10, 10, 10, 1),
            new CardinalityLimits(20, 128, 256, seriesMax, metricsMax, Overflow.REJECT),
            new QueryLimits(minute, minute, minute, 1, 1));
    LimitsInForce inForce = new LimitsInForce(limits, () -> NOW);
    return new UsageReply.Sources(
        inForce,
        new RateLimiter(tenant -> inForce.of(tenant).rates(), 10, () -> 1, () -> 0),
        new ConcurrentQueries(tenant -> 1, () -> 1, () -> 0),
        (tenant, metric) -> metric.equals("grows") ? List.of("k1", "k2", "k3", "k4") : List.of(),
        tenant -> List.of());
  }

  private static TenantSeries.Counted counted(LimitUse.Key key, long used, long gained) {
    return new TenantSeries.Counted(
        new LimitUse(key, used, 1_000),
        gained == 0 ? Optional.empty() : Optional.of(new Growth(FROM, NOW, gained)));
  }

  /** Tenant a has a metric of 400 series, 100 of which came in twelve hours. */
  private static String reply(UsageReply.Sources sources, boolean whole) {
    return reply(sources, whole, false);
  }

  private static String reply(UsageReply.Sources sources, boolean whole, boolean ofAll) {
    TenantSeries series =
        new TenantSeries(
            counted(LimitUse.Key.ofMetrics(A), 2, 1),
            List.of(
                counted(LimitUse.Key.ofSeries(A, "grows"), 400, 100),
                counted(LimitUse.Key.ofSeries(A, "stays"), 7, 0)),
            List.of());
    SeriesReading reading =
        new SeriesReading(NOW, new StoreStats(407, 9, 0), whole, List.of(), Map.of(A, series));
    UsageReply.Page page =
        new UsageReply.Page(List.of(A, B), false, Optional.of(reading), ofAll, Map.of());
    return new String(ReplyJson.render(UsageReply.of(sources, page)), StandardCharsets.UTF_8);
  }

  @Test
  void growth_isTold_withWhenNothingIsLeft() {
    assertThat(reply(sources(1_000, 3), true))
        .contains(
            "\"maxUniqueSeriesPerMetric\":{\"limit\":1000,\"used\":400,\"left\":600,"
                + "\"largestMetrics\":[{\"metric\":\"grows\",\"used\":400,\"left\":600,"
                + "\"growth\":{\"since\":\"2026-03-01T00:00:00Z\",\"perDay\":200.0,"
                + "\"runsOutAt\":\"2026-03-04T12:00:00Z\"}},"
                + "{\"metric\":\"stays\",\"used\":7,\"left\":993}]},"
                + "\"maxMetricsPerTenant\":{\"limit\":3,\"used\":2,\"left\":1,"
                + "\"growth\":{\"since\":\"2026-03-01T00:00:00Z\",\"perDay\":2.0,"
                + "\"runsOutAt\":\"2026-03-02T00:00:00Z\"}},");
  }

  @Test
  void growingDimensions_areToldWhoLooksAtAll() {
    assertThat(reply(sources(1_000, 3), true, true))
        .contains("\"perDay\":200.0,")
        .contains("},\"fastestGrowingDimensions\":[\"k1\",\"k2\",\"k3\"]},{\"metric\":\"stays\"")
        .contains("{\"metric\":\"stays\",\"used\":7,\"left\":993}]");
    assertThat(reply(sources(1_000, 3), true)).doesNotContain("fastestGrowingDimensions");
  }

  /** By the limit that is in force now, not by that of the count. */
  @Test
  void growth_limitLowered_nothingIsLeft_andNothingRunsOut() {
    assertThat(reply(sources(300, 3), true))
        .contains(
            "{\"limit\":300,\"used\":400,\"left\":0,\"largestMetrics\":[{\"metric\":\"grows\","
                + "\"used\":400,\"left\":0,\"growth\":{\"since\":\"2026-03-01T00:00:00Z\","
                + "\"perDay\":200.0}},{\"metric\":\"stays\",\"used\":7,\"left\":293}]}");
  }

  @Test
  void tenantWithoutSeries_hasNone_ifAllWereCounted() {
    assertThat(reply(sources(1_000, 3), true))
        .contains("{\"limit\":1000,\"used\":0,\"left\":1000,\"largestMetrics\":[]},")
        .contains("\"maxMetricsPerTenant\":{\"limit\":3,\"used\":0,\"left\":3},");
    assertThat(reply(sources(1_000, 3), false))
        .contains("\"maxUniqueSeriesPerMetric\":{\"limit\":1000,\"used\":400,")
        .contains("\"maxUniqueSeriesPerMetric\":{\"limit\":1000},")
        .contains("\"maxMetricsPerTenant\":{\"limit\":3},")
        .doesNotContain("\"used\":2,");
  }
}

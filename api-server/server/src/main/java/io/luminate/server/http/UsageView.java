// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.model.TenantId;
import io.luminate.server.http.json.ReplyJson;
import io.luminate.server.http.json.UsageReply;
import io.luminate.server.limits.usage.RateUse;
import io.luminate.server.limits.usage.RateWatch;
import io.luminate.server.limits.usage.SeriesReading;
import io.luminate.server.limits.usage.SeriesWatch;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What tenants use, as tenants and operators may see it. Waits for the store now and then. */
final class UsageView {
  private final UsageReply.Sources sources;
  private final SeriesWatch series;
  private final RateWatch rates;

  UsageView(UsageReply.Sources sources, SeriesWatch series, RateWatch rates) {
    this.sources = sources;
    this.series = series;
    this.rates = rates;
  }

  ReplyJson.Body of(TenantId tenant) {
    return UsageReply.of(
        sources, new UsageReply.Page(List.of(tenant), false, series.look(), false, rates.near()));
  }

  /**
   * Tenants in the order of their names: those that asked lately, and those that have metrics; or
   * of these those that are near a limit of what fills up; what comes and goes by the minute is
   * left out then.
   *
   * @param ofAll whether the store's figures of all tenants belong to it
   */
  ReplyJson.Body of(UsagePage page, boolean ofAll) {
    Optional<SeriesReading> reading = series.look();
    List<TenantId> tenants =
        (page.nearAlone() ? near(reading) : known(reading))
            .filter(tenant -> tenant.value().compareTo(page.after()) > 0)
            .distinct()
            .sorted()
            .limit(page.limit() + 1L)
            .toList();
    boolean truncated = tenants.size() > page.limit();
    List<TenantId> shown = truncated ? tenants.subList(0, page.limit()) : tenants;
    Map<TenantId, List<RateUse>> nearRates = page.nearAlone() ? Map.of() : rates.near();
    return UsageReply.of(sources, new UsageReply.Page(shown, truncated, reading, ofAll, nearRates));
  }

  private Stream<TenantId> known(Optional<SeriesReading> reading) {
    Stream<TenantId> stored = reading.stream().flatMap(seen -> seen.tenants().keySet().stream());
    Stream<TenantId> active = Stream.concat(sources.rates().tenants(), sources.queries().tenants());
    return Stream.concat(stored, active);
  }

  private static Stream<TenantId> near(Optional<SeriesReading> reading) {
    return reading.stream()
        .flatMap(seen -> seen.tenants().entrySet().stream())
        .filter(tenant -> !tenant.getValue().near().isEmpty())
        .map(Map.Entry::getKey);
  }
}

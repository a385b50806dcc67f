// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * How much of their limits tenants use. The tenants nearest to one of theirs have rows of their
 * own; of the others the nearest counts.
 */
final class LimitRatioGauges {
  private record Row(String tenant, String limit) {}

  private final MultiGauge ratios;
  private final Supplier<List<LimitRatio>> source;

  LimitRatioGauges(MeterRegistry registry, Supplier<List<LimitRatio>> source) {
    this.ratios = MeterNames.limitUsageRatio().register(registry);
    this.source = source;
  }

  void refresh() {
    List<LimitRatio> all = source.get();
    Set<String> named = named(all);
    Map<Row, Double> rows = new HashMap<>();
    for (LimitRatio one : all) {
      String label = named.contains(one.tenant()) ? one.tenant() : TenantLabels.OTHER;
      rows.merge(new Row(label, one.limit()), one.ratio(), Math::max);
    }
    ratios.register(
        rows.entrySet().stream()
            .<MultiGauge.Row<?>>map(
                row ->
                    MultiGauge.Row.of(
                        Tags.of(
                            MeterNames.TENANT,
                            row.getKey().tenant(),
                            "limit",
                            row.getKey().limit()),
                        row.getValue()))
            .toList(),
        true);
  }

  private static Set<String> named(Collection<LimitRatio> all) {
    Map<String, Double> nearest = new HashMap<>();
    all.forEach(one -> nearest.merge(one.tenant(), one.ratio(), Math::max));
    Set<String> named = new HashSet<>();
    nearest.entrySet().stream()
        .sorted(
            Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(TenantLabels.NAMED_MAX)
        .forEach(tenant -> named.add(tenant.getKey()));
    return named;
  }
}

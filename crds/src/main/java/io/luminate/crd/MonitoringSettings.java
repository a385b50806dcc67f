// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;
import java.util.Objects;

/** What Prometheus is told, where its operator is there. */
@Stored
public record MonitoringSettings(
    @JsonPropertyDescription("Whether there are a ServiceMonitor and a PrometheusRule.")
        @Default(Defaults.YES)
        Boolean enabled,
    @JsonPropertyDescription("Labels of both, that a Prometheus selects them by.") @Size(max = 64)
        Map<String, String> labels,
    @JsonPropertyDescription("How often metrics are fetched, from 1s to 1h.")
        @Default(Defaults.SCRAPE_INTERVAL)
        @Size(max = Texts.DURATION_MAX)
        @Pattern(Texts.SHORT_DURATION)
        @ValidationRule(
            value = Texts.SECOND_TO_HOUR,
            message = "must be from 1s to 1h, a whole number and a unit, such as 30s")
        String interval) {

  public MonitoringSettings {
    enabled = Objects.requireNonNullElse(enabled, true);
    labels = Copies.of(labels);
    interval = Objects.requireNonNullElse(interval, Defaults.SCRAPE_INTERVAL);
  }
}

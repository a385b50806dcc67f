// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import java.util.Locale;

/** Kinds of Prometheus' operator, which not every API server has. */
public enum OptionalKind {
  SERVICE_MONITOR("ServiceMonitor"),
  PROMETHEUS_RULE("PrometheusRule");

  static final String API_VERSION = "monitoring.coreos.com/v1";

  private final String kind;

  OptionalKind(String kind) {
    this.kind = kind;
  }

  /** As it stands in objects. */
  public String kind() {
    return kind;
  }

  /** As it stands in paths of the API. */
  public String plural() {
    return kind.toLowerCase(Locale.ROOT) + "s";
  }

  public String apiVersion() {
    return API_VERSION;
  }
}

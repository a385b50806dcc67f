// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.telemetry;

/** What was asked, as a label. */
public enum QueryKind {
  RANGE("range"),
  AGGREGATE("aggregate"),
  RATE("rate"),
  /** Names of metrics, keys and values. */
  DISCOVERY("discovery"),
  /** Refused before anybody read which of these it is. */
  UNREAD("unread");

  private final String label;

  QueryKind(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.telemetry;

/** How a request ended, as a label. */
public enum RequestStatus {
  SUCCESS("success"),
  /** A write of which some points were rejected. */
  PARTIAL("partial"),
  ERROR("error");

  private final String label;

  RequestStatus(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }
}

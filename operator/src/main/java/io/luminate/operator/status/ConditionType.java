// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

/** What is known about a resource. Types of one resource are written in this order. */
enum ConditionType {
  READY("Ready"),
  PROGRESSING("Progressing"),
  DEGRADED("Degraded"),
  STORAGE_AVAILABLE("StorageAvailable"),
  CONFIGURATION_IN_SYNC("ConfigurationInSync"),
  PAUSED("Paused"),
  STALLED("Stalled"),
  ACCEPTED("Accepted"),
  APPLIED("Applied"),
  NEAR_LIMIT("NearLimit");

  private final String text;

  ConditionType(String text) {
    this.text = text;
  }

  /** As it stands in a status. */
  String text() {
    return text;
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import io.luminate.crd.ConditionStatus;

/** What a condition is to say. */
record Finding(ConditionStatus status, Reason reason, String message) {
  Finding {
    message = OneLine.of(message);
  }

  static Finding yes(Reason reason, String message) {
    return new Finding(ConditionStatus.TRUE, reason, message);
  }

  static Finding no(Reason reason, String message) {
    return new Finding(ConditionStatus.FALSE, reason, message);
  }

  static Finding unknown(Reason reason, String message) {
    return new Finding(ConditionStatus.UNKNOWN, reason, message);
  }

  /** The same reason and message with another status. */
  Finding as(ConditionStatus other) {
    return new Finding(other, reason, message);
  }

  boolean isTrue() {
    return status == ConditionStatus.TRUE;
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import io.luminate.crd.ConditionStatus;
import io.luminate.crd.StatusCondition;
import java.util.List;
import java.util.Optional;

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

  /** What a status says already; empty if it is of another version of the operator. */
  static Optional<Finding> before(List<StatusCondition> conditions, ConditionType type) {
    return conditions.stream()
        .filter(one -> one.type().equals(type.text()))
        .flatMap(
            one ->
                Reason.of(one.reason()).stream()
                    .map(reason -> new Finding(one.status(), reason, one.message())))
        .findFirst();
  }

  /** The same reason and message with another status. */
  Finding as(ConditionStatus other) {
    return new Finding(other, reason, message);
  }

  boolean isTrue() {
    return status == ConditionStatus.TRUE;
  }
}

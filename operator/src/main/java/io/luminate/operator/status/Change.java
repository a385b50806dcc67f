// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import io.luminate.crd.StatusCondition;
import io.luminate.operator.status.Reason.Telling;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** From one status to the next. */
record Change(List<StatusCondition> before, List<StatusCondition> after) {
  /**
   * What people are told of it: once for each reason, of those conditions that have become another
   * or have another reason. A message that changes is no event.
   */
  List<Telltale> events() {
    Map<Reason, Telltale> events = new LinkedHashMap<>();
    for (StatusCondition condition : after) {
      reason(condition)
          .filter(_ -> !isThere(condition))
          .ifPresent(
              reason ->
                  events.putIfAbsent(
                      reason, new Telltale(reason, condition.type(), condition.message())));
    }
    return List.copyOf(events.values());
  }

  private static Optional<Reason> reason(StatusCondition condition) {
    return Reason.of(condition.reason()).filter(reason -> reason.telling() != Telling.NOTHING);
  }

  /** The same reason in another condition was told already. */
  private boolean isThere(StatusCondition condition) {
    return before.stream().anyMatch(old -> old.reason().equals(condition.reason()));
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import io.luminate.crd.ConditionStatus;
import io.luminate.crd.StatusCondition;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whether a status says that the limits document has what its resource asks for now, with the same
 * verdict: one that begins to count, or no longer does, makes another document.
 */
final class StillAccepted {
  private StillAccepted() {}

  static boolean is(
      @Nullable Long observed,
      @Nullable Long generation,
      List<StatusCondition> conditions,
      Finding accepted) {
    return Objects.equals(observed, generation)
        && conditions.stream()
            .filter(one -> one.type().equals(ConditionType.ACCEPTED.text()))
            .filter(one -> one.status() == ConditionStatus.TRUE)
            .anyMatch(one -> one.reason().equals(accepted.reason().text()));
  }
}

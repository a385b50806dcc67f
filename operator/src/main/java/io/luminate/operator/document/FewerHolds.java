// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.document;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Holds without those that others cover, and no more than a server takes. */
final class FewerHolds {
  /** As many as a document may have. */
  static final int HELD_MAX = 1_024;

  private FewerHolds() {}

  static List<RetentionHold> of(List<RetentionHold> holds) {
    List<RetentionHold> fewer = uncovered(holds);
    while (fewer.size() > HELD_MAX) {
      fewer = uncovered(joined(fewer));
    }
    return fewer;
  }

  /**
   * Those of the tenant that has most become one of all its metrics; at last, one of everything.
   */
  private static List<RetentionHold> joined(List<RetentionHold> holds) {
    List<RetentionHold> most = ofOneTenant(holds);
    if (most.size() == 1) {
      return List.of(together(holds, RetentionScope.ALL));
    }
    List<RetentionHold> joined = new ArrayList<>(holds);
    joined.removeAll(most);
    joined.add(together(most, new RetentionScope(most.getFirst().scope().tenant(), "*")));
    return joined;
  }

  /** Of the one with most; of two, of the one that comes later. */
  private static List<RetentionHold> ofOneTenant(List<RetentionHold> holds) {
    Map<Optional<String>, List<RetentionHold>> byTenant = new HashMap<>();
    holds.forEach(h -> byTenant.computeIfAbsent(h.scope().tenant(), t -> new ArrayList<>()).add(h));
    return byTenant.values().stream()
        .max(
            Comparator.<List<RetentionHold>>comparingInt(List::size)
                .thenComparing(List::getFirst, RetentionHold.ORDER))
        .orElseThrow();
  }

  private static RetentionHold together(List<RetentionHold> holds, RetentionScope scope) {
    return new RetentionHold(
        scope,
        holds.stream().map(RetentionHold::retention).max(Comparator.naturalOrder()).orElseThrow(),
        holds.stream().map(RetentionHold::bytesUntil).max(Comparator.naturalOrder()).orElseThrow());
  }

  /** Of two that cover each other, the first in their order stays. */
  private static List<RetentionHold> uncovered(List<RetentionHold> holds) {
    List<RetentionHold> sorted = holds.stream().distinct().sorted(RetentionHold.ORDER).toList();
    List<RetentionHold> kept = new ArrayList<>();
    for (RetentionHold hold : sorted) {
      if (kept.stream().noneMatch(other -> other.covers(hold))) {
        kept.removeIf(hold::covers);
        kept.add(hold);
      }
    }
    return kept;
  }
}

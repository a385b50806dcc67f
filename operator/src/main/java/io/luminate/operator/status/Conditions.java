// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import io.luminate.crd.StatusCondition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of one resource: what was found, with the time since when each status holds, which
 * goes on from the status before.
 */
final class Conditions {
  /** Of what the schema says until an operator comes: nothing has changed then. */
  private static final String NEVER = "1970-01-01T00:00:00Z";

  private final List<StatusCondition> before;
  private final @Nullable Long generation;
  private final String now;
  private final Map<ConditionType, Finding> found = new EnumMap<>(ConditionType.class);

  /**
   * @param before as they are
   * @param generation of the resource, which all is about
   */
  Conditions(List<StatusCondition> before, @Nullable Long generation, Instant now) {
    this.before = before;
    this.generation = generation;
    this.now = now.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  Conditions set(ConditionType type, Finding finding) {
    found.put(type, finding);
    return this;
  }

  /** In the order of their types. */
  List<StatusCondition> all() {
    return found.entrySet().stream().map(one -> condition(one.getKey(), one.getValue())).toList();
  }

  private StatusCondition condition(ConditionType type, Finding finding) {
    return new StatusCondition(
        type.text(),
        finding.status(),
        generation,
        since(type, finding).orElse(now),
        finding.reason().text(),
        finding.message());
  }

  private Optional<String> since(ConditionType type, Finding finding) {
    return before.stream()
        .filter(one -> one.type().equals(type.text()) && one.status() == finding.status())
        .map(StatusCondition::lastTransitionTime)
        .filter(time -> !time.equals(NEVER))
        .findFirst();
  }
}

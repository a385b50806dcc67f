// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a cluster's pods have said of themselves lately.
 *
 * @param storage of each pod that has said it, by name
 * @param near tenants that any pod says are near a limit, with those limits
 * @param isUseKnown whether tenants that are not among them are near none
 * @param isEarly whether the operator has only just begun to ask pods, so that what none has said
 *     goes on as it was
 */
public record PodAnswers(
    Map<String, StorageAnswer> storage,
    Map<String, NavigableSet<NearLimit>> near,
    boolean isUseKnown,
    boolean isEarly) {
  /** No pod is there to say anything. */
  public static final PodAnswers NONE = new PodAnswers(Map.of(), Map.of(), false, false);

  public PodAnswers {
    storage = Collections.unmodifiableMap(new TreeMap<>(storage));
    near = Collections.unmodifiableMap(new TreeMap<>(near));
  }

  static PodAnswers of(Map<String, StorageAnswer> storage, List<UseAnswer> use, boolean isEarly) {
    Optional<UseAnswer> all = use.stream().reduce(UseAnswer::and);
    return new PodAnswers(
        storage,
        all.map(UseAnswer::near).orElse(Map.of()),
        all.filter(UseAnswer::isWhole).isPresent(),
        isEarly);
  }
}

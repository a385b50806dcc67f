// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The operator itself, as a network policy names it.
 *
 * @param labels that its pods have, and no others of the namespace
 */
public record OperatorPods(String namespace, Map<String, String> labels) {
  /** As its Deployment labels them. */
  public static final Map<String, String> LABELS =
      Collections.unmodifiableMap(
          new TreeMap<>(
              Map.of(
                  "app.kubernetes.io/name", "luminate-operator",
                  "app.kubernetes.io/component", "operator")));

  public OperatorPods {
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
  }

  /** Those of an operator that runs in the namespace. */
  public static OperatorPods in(String namespace) {
    return new OperatorPods(namespace, LABELS);
  }
}

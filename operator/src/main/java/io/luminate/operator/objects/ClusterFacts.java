// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What objects depend on beside the resource.
 *
 * @param serverImage of the operator's own version, for clusters that name none
 * @param served which optional kinds the API server has
 * @param secrets the data of each Secret that the resource names and that is there, by its name, in
 *     base64 as the API server answers
 * @param liveReplicas of the live Deployment; empty without one
 */
public record ClusterFacts(
    String serverImage,
    OperatorPods operator,
    Set<OptionalKind> served,
    Map<String, Map<String, String>> secrets,
    Optional<Integer> liveReplicas) {
  public ClusterFacts {
    served = Set.copyOf(served);
    secrets = Map.copyOf(secrets);
  }
}

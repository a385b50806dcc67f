// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import java.util.List;
import java.util.stream.Stream;

/** How pods are spread, so that they do not all go with one node or one zone. */
final class Spreading {
  private static final List<String> TOPOLOGIES =
      List.of("topology.kubernetes.io/zone", "kubernetes.io/hostname");

  private Spreading() {}

  static List<TopologySpreadConstraint> of(ClusterIdentity owner) {
    LabelSelector pods = new LabelSelectorBuilder().withMatchLabels(owner.selector()).build();
    List<TopologySpreadConstraint> theirs =
        owner.cluster().getSpec().pod().topologySpreadConstraints();
    if (!theirs.isEmpty()) {
      return theirs.stream().map(constraint -> about(constraint, pods)).toList();
    }
    // Of a single pod too: with another template a second one would roll the first.
    return switch (owner.cluster().getSpec().backend()) {
      case ROCKSDB -> List.of();
      case CLICKHOUSE -> ours(pods).toList();
    };
  }

  /** Without a selector it would count no pods, and so mean nothing. */
  private static TopologySpreadConstraint about(
      TopologySpreadConstraint constraint, LabelSelector pods) {
    return constraint.getLabelSelector() != null
        ? constraint
        : new TopologySpreadConstraintBuilder(constraint).withLabelSelector(pods).build();
  }

  /** Where there is no room they are together, and of an update the new ones are counted alone. */
  private static Stream<TopologySpreadConstraint> ours(LabelSelector pods) {
    return TOPOLOGIES.stream()
        .map(
            key ->
                new TopologySpreadConstraintBuilder()
                    .withMaxSkew(1)
                    .withTopologyKey(key)
                    .withWhenUnsatisfiable("ScheduleAnyway")
                    .withLabelSelector(pods)
                    .withMatchLabelKeys("pod-template-hash")
                    .build());
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.luminate.crd.LuminateCluster;
import io.luminate.operator.objects.SecretValue;
import java.util.List;
import java.util.Optional;

/**
 * All that a cluster's status is made of.
 *
 * @param cluster with the status that it has
 * @param workload the live Deployment or StatefulSet, if there is one and it is the cluster's
 * @param pods of the workload; those that are being ended do not count
 * @param conflicts objects of our names that are somebody else's
 * @param refusals objects that the API server does not take
 * @param claim of the volume, where there is one
 * @param notCreated why a StatefulSet's pods are not made, if it is certain that they are not
 */
public record ClusterObservation(
    LuminateCluster cluster,
    Optional<HasMetadata> workload,
    List<Pod> pods,
    LastPass lastPass,
    List<ObjectFault> conflicts,
    List<ObjectFault> refusals,
    List<SecretValue> missingSecrets,
    List<String> ignoredVariables,
    Optional<VolumeGrowth> claim,
    StorageHealth storage,
    Optional<String> notCreated) {
  public ClusterObservation {
    pods = List.copyOf(pods);
    conflicts = List.copyOf(conflicts);
    refusals = List.copyOf(refusals);
    missingSecrets = List.copyOf(missingSecrets);
    ignoredVariables = List.copyOf(ignoredVariables);
  }

  /** The same with another reason why pods are not made. */
  public ClusterObservation withNotCreated(Optional<String> why) {
    return new ClusterObservation(
        cluster,
        workload,
        pods,
        lastPass,
        conflicts,
        refusals,
        missingSecrets,
        ignoredVariables,
        claim,
        storage,
        why);
  }
}

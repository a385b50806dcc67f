// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.luminate.crd.LuminateCluster;
import io.luminate.crd.RetentionPolicy;
import io.luminate.crd.TenantQuota;
import java.util.List;

/**
 * A cluster and what is around it, from caches that have all synced: what is missing here counts as
 * deleted.
 *
 * @param quotas of any namespace and cluster
 * @param policies likewise
 * @param pods of the cluster's namespace; which are the cluster's is found out
 * @param workloads Deployments, ReplicaSets and StatefulSets of that namespace, through which it
 *     owns pods
 * @param podsWanted as many pods as there are to be; a pod that starts shares with so many until it
 *     is told better
 */
public record PublishingRequest(
    LuminateCluster cluster,
    List<TenantQuota> quotas,
    List<RetentionPolicy> policies,
    List<Pod> pods,
    List<HasMetadata> workloads,
    int podsWanted) {
  public PublishingRequest {
    quotas = List.copyOf(quotas);
    policies = List.copyOf(policies);
    pods = List.copyOf(pods);
    workloads = List.copyOf(workloads);
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.document;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.luminate.crd.ClusterRef;
import io.luminate.crd.LuminateCluster;
import io.luminate.crd.RetentionPolicy;
import io.luminate.crd.TenantQuota;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All that the next document is made of.
 *
 * @param quotas of any namespace and cluster; all that there are, or the others count as deleted
 * @param policies likewise
 * @param last what the ConfigMap has, or where that was lost, what a pod says it has understood.
 *     Empty only if nobody has any: what counted before is then unknown, and everything is held for
 *     the grace.
 * @param answers of pods that have a document with a version
 */
public record DocumentSources(
    LuminateCluster cluster,
    List<TenantQuota> quotas,
    List<RetentionPolicy> policies,
    Optional<PublishedDocument> last,
    List<PodAnswer> answers,
    Instant now) {
  public DocumentSources {
    quotas = List.copyOf(quotas);
    policies = List.copyOf(policies);
    answers = List.copyOf(answers);
  }

  List<TenantQuota> ownQuotas() {
    return quotas.stream().filter(quota -> isOwn(quota, quota.getSpec().clusterRef())).toList();
  }

  List<RetentionPolicy> ownPolicies() {
    return policies.stream()
        .filter(policy -> isOwn(policy, policy.getSpec().clusterRef()))
        .toList();
  }

  private boolean isOwn(HasMetadata resource, ClusterRef ref) {
    return resource.getMetadata().getNamespace().equals(cluster.getMetadata().getNamespace())
        && ref.name().equals(cluster.getMetadata().getName());
  }
}

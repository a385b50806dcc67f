// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.luminate.crd.RetentionPolicy;
import io.luminate.crd.TenantQuota;
import io.luminate.operator.status.ClusterView;
import io.luminate.operator.status.PolicyStatus;
import io.luminate.operator.status.QuotaStatus;
import io.luminate.operator.status.StatusWriter;
import io.luminate.operator.watch.Watches;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Policies and quotas of clusters that are not there. No cluster's pass looks at them, as there is
 * no cluster: so all are looked through, in memory, and those are written that do not say so yet.
 */
final class LostReferences {
  private static final Logger LOG = LoggerFactory.getLogger(LostReferences.class);

  private final KnownClusters clusters;
  private final Watches watches;
  private final StatusWriter statuses;
  private final InstantSource clock;

  LostReferences(
      KnownClusters clusters, Watches watches, StatusWriter statuses, InstantSource clock) {
    this.clusters = clusters;
    this.watches = watches;
    this.statuses = statuses;
    this.clock = clock;
  }

  /** One look, for which all caches must have synced. */
  void look() {
    watches.of(TenantQuota.class).all().forEach(this::quota);
    watches.of(RetentionPolicy.class).all().forEach(this::policy);
  }

  private void quota(TenantQuota quota) {
    String name = quota.getSpec().clusterRef().name();
    if (!clusters.has(quota.getMetadata().getNamespace(), name)) {
      ClusterView missing = new ClusterView.Missing(name);
      write(() -> statuses.write(quota, QuotaStatus.of(quota, missing, clock.instant())));
    }
  }

  private void policy(RetentionPolicy policy) {
    String name = policy.getSpec().clusterRef().name();
    if (!clusters.has(policy.getMetadata().getNamespace(), name)) {
      ClusterView missing = new ClusterView.Missing(name);
      write(() -> statuses.write(policy, PolicyStatus.of(policy, missing, clock.instant())));
    }
  }

  /** The next look tries again. */
  private static void write(Runnable status) {
    try {
      status.run();
    } catch (KubernetesClientException refusal) {
      LOG.debug("a status is not written", refusal);
    }
  }
}

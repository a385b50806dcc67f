// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.luminate.crd.ClusterRef;
import io.luminate.crd.RetentionPolicy;
import io.luminate.crd.TenantQuota;
import io.luminate.operator.status.ClusterView;
import io.luminate.operator.status.PolicyStatus;
import io.luminate.operator.status.QuotaStatus;
import io.luminate.operator.status.StatusWriter;
import io.luminate.operator.watch.Watches;
import java.time.InstantSource;
import java.util.stream.Stream;
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
  private final SomeAtATime someAtATime;
  private final InstantSource clock;

  LostReferences(
      KnownClusters clusters,
      Watches watches,
      StatusWriter statuses,
      SomeAtATime someAtATime,
      InstantSource clock) {
    this.clusters = clusters;
    this.watches = watches;
    this.statuses = statuses;
    this.someAtATime = someAtATime;
    this.clock = clock;
  }

  /** One look, for which all caches must have synced. */
  void look() {
    Stream<Runnable> quotas =
        watches
            .of(TenantQuota.class)
            .all()
            .filter(quota -> isLost(quota, quota.getSpec().clusterRef()))
            .map(quota -> () -> write(quota));
    Stream<Runnable> policies =
        watches
            .of(RetentionPolicy.class)
            .all()
            .filter(policy -> isLost(policy, policy.getSpec().clusterRef()))
            .map(policy -> () -> write(policy));
    someAtATime.run(Stream.concat(quotas, policies).toList());
  }

  private boolean isLost(HasMetadata resource, ClusterRef cluster) {
    return !clusters.has(resource.getMetadata().getNamespace(), cluster.name());
  }

  private void write(TenantQuota quota) {
    ClusterView missing = new ClusterView.Missing(quota.getSpec().clusterRef().name());
    write(() -> statuses.write(quota, QuotaStatus.of(quota, missing, clock.instant())));
  }

  private void write(RetentionPolicy policy) {
    ClusterView missing = new ClusterView.Missing(policy.getSpec().clusterRef().name());
    write(() -> statuses.write(policy, PolicyStatus.of(policy, missing, clock.instant())));
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

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
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Policies and quotas of clusters that are not there. No cluster's pass looks at them, as there is
 * no cluster: so all are looked through, in memory, and those are written that do not say so yet.
 * What is refused is tried again later and later, up to a minute. One thread at a time looks.
 */
final class LostReferences {
  private static final Logger LOG = LoggerFactory.getLogger(LostReferences.class);

  private final KnownClusters clusters;
  private final Watches watches;
  private final StatusWriter statuses;
  private final SomeAtATime someAtATime;
  private final InstantSource clock;
  private final Retries retries = new Retries();
  private final SaidOnce said = new SaidOnce();

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

  /**
   * One look. It waits for what it writes.
   *
   * @param isSynced whether a namespace's caches have synced, without which all looks lost
   */
  void look(Predicate<String> isSynced) {
    List<TenantQuota> quotas =
        watches
            .of(TenantQuota.class)
            .all()
            .filter(quota -> isSynced.test(quota.getMetadata().getNamespace()))
            .filter(quota -> isLost(quota, quota.getSpec().clusterRef()))
            .toList();
    List<RetentionPolicy> policies =
        watches
            .of(RetentionPolicy.class)
            .all()
            .filter(policy -> isSynced.test(policy.getMetadata().getNamespace()))
            .filter(policy -> isLost(policy, policy.getSpec().clusterRef()))
            .toList();
    keep(Stream.concat(quotas.stream(), policies.stream()).map(LostReferences::uid).toList());
    Stream<Runnable> ofQuotas = quotas.stream().map(quota -> () -> write(quota));
    Stream<Runnable> ofPolicies = policies.stream().map(policy -> () -> write(policy));
    someAtATime.run(Stream.concat(ofQuotas, ofPolicies).toList());
  }

  private boolean isLost(HasMetadata resource, ClusterRef cluster) {
    return !clusters.has(resource.getMetadata().getNamespace(), cluster.name());
  }

  private static String uid(HasMetadata resource) {
    return resource.getMetadata().getUid();
  }

  private void keep(List<String> uids) {
    retries.keep(uids);
    said.keep(uids);
  }

  private void write(TenantQuota quota) {
    ClusterView missing = new ClusterView.Missing(quota.getSpec().clusterRef().name());
    write(quota, now -> statuses.write(quota, QuotaStatus.of(quota, missing, now)));
  }

  private void write(RetentionPolicy policy) {
    ClusterView missing = new ClusterView.Missing(policy.getSpec().clusterRef().name());
    write(policy, now -> statuses.write(policy, PolicyStatus.of(policy, missing, now)));
  }

  private void write(HasMetadata resource, Consumer<Instant> status) {
    Instant now = clock.instant();
    String uid = uid(resource);
    if (retries.isDue(uid, now)) {
      try {
        status.accept(now);
        retries.succeeded(uid);
        said.forget(uid);
      } catch (KubernetesClientException refusal) {
        retries.failed(uid, now);
        tell(resource, refusal);
      }
    }
  }

  private void tell(HasMetadata resource, KubernetesClientException refusal) {
    if (said.isNew(uid(resource), refusal.toString())) {
      LOG.warn(
          "the status of {} {}/{}, which has no cluster, is not written: {}",
          resource.getKind(),
          resource.getMetadata().getNamespace(),
          resource.getMetadata().getName(),
          refusal.toString());
    }
  }
}

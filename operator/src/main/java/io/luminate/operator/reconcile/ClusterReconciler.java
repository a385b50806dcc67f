// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.luminate.crd.LuminateCluster;
import io.luminate.operator.watch.Watches;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the framework calls for a cluster: after events of it and of what is around it, and when the
 * pass before said so. It never throws; what failed is in the status, and is tried again for as
 * long as the cluster is there.
 */
public final class ClusterReconciler implements Reconciler<LuminateCluster> {
  /** What somebody told a pod by hand is found by then at the latest. */
  private static final Duration AGAIN = Duration.ofMinutes(5);

  private static final Duration SOONEST = Duration.ofMillis(100);

  private final KnownClusters clusters;
  private final Watches watches;
  private final CacheOutage outage;
  private final ClusterPass.Means means;
  private final Backoff backoff = new Backoff();

  ClusterReconciler(KnownClusters clusters, CacheOutage outage, ClusterPass.Means means) {
    this.clusters = clusters;
    this.outage = outage;
    this.watches = means.watches();
    this.means = means;
  }

  @Override
  public List<EventSource<?, LuminateCluster>> prepareEventSources(
      EventSourceContext<LuminateCluster> context) {
    clusters.follow(context.getPrimaryCache());
    return new ArrayList<>(watches.all());
  }

  @Override
  public UpdateControl<LuminateCluster> reconcile(
      LuminateCluster cluster, Context<LuminateCluster> context) {
    long startNanos = System.nanoTime();
    ClusterPass.Result result = pass(cluster);
    means.metrics().passed(Duration.ofNanos(System.nanoTime() - startNanos), result.isFailed());
    return UpdateControl.<LuminateCluster>noUpdate().rescheduleAfter(again(cluster, result));
  }

  private ClusterPass.Result pass(LuminateCluster cluster) {
    List<String> unsynced = watches.unsynced();
    ClusterPass pass = new ClusterPass(cluster, means);
    if (unsynced.isEmpty()) {
      return pass.run();
    }
    if (outage.isLong()) {
      pass.sayFailed("these kinds cannot be read now: " + String.join(", ", unsynced));
    }
    return new ClusterPass.Result(true, Optional.empty());
  }

  private Duration again(LuminateCluster cluster, ClusterPass.Result result) {
    String uid = cluster.getMetadata().getUid();
    Duration planned = AGAIN;
    if (result.isFailed()) {
      planned = Backoff.shorter(planned, backoff.failed(uid));
    } else {
      backoff.succeeded(uid);
    }
    Instant now = means.clock().instant();
    Duration due = result.due().map(instant -> Duration.between(now, instant)).orElse(planned);
    Duration next = Backoff.shorter(planned, due);
    return next.compareTo(SOONEST) < 0 ? SOONEST : next;
  }

  /** Forgets clusters that are none of these. */
  void keep(List<String> uids) {
    backoff.keep(uids);
    means.metrics().keep(uids);
  }
}

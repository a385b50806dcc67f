// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import io.fabric8.kubernetes.api.model.ObjectMeta;
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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the framework calls for a cluster: after events of it and of what is around it, and when the
 * pass before said so. It never throws; what failed is in the status, and is tried again for as
 * long as the cluster is there.
 */
public final class ClusterReconciler implements Reconciler<LuminateCluster> {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterReconciler.class);

  /** What somebody told a pod by hand is found by then at the latest. */
  private static final Duration AGAIN = Duration.ofMinutes(5);

  /** By then the lease is renewed, or this operator has ended. */
  private static final Duration UNTIL_CERTAIN = Duration.ofSeconds(1);

  private static final Duration SOONEST = Duration.ofMillis(100);

  private final KnownClusters clusters;
  private final Watches watches;
  private final CacheOutages outages;
  private final BooleanSupplier mayWork;
  private final ClusterPass.Means means;
  private final Backoff backoff = new Backoff();
  private final SaidOnce said = new SaidOnce();
  private final SaidOnce saidOfCaches = new SaidOnce();

  /** UIDs of those that had no pass, as caches could not be read. */
  private final Set<String> turnedAway = ConcurrentHashMap.newKeySet();

  /**
   * @param mayWork whether no other operator can be at work now; without that no pass is made
   */
  ClusterReconciler(
      KnownClusters clusters,
      CacheOutages outages,
      BooleanSupplier mayWork,
      ClusterPass.Means means) {
    this.clusters = clusters;
    this.outages = outages;
    this.mayWork = mayWork;
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
    if (!mayWork.getAsBoolean()) {
      return UpdateControl.<LuminateCluster>noUpdate().rescheduleAfter(UNTIL_CERTAIN);
    }
    List<String> unsynced = watches.unsynced(place(cluster));
    ClusterPass.Result result = unsynced.isEmpty() ? made(cluster) : putOff(cluster, unsynced);
    return UpdateControl.<LuminateCluster>noUpdate().rescheduleAfter(again(cluster, result));
  }

  private String place(LuminateCluster cluster) {
    return watches.place(cluster.getMetadata().getNamespace());
  }

  private ClusterPass.Result made(LuminateCluster cluster) {
    long startNanos = System.nanoTime();
    ClusterPass.Result result = new ClusterPass(cluster, means).run();
    means.metrics().passed(Duration.ofNanos(System.nanoTime() - startNanos), result.isFailed());
    tell(cluster, result);
    return result;
  }

  /** No pass, so none that failed; it is made as soon as there is something to go by. */
  private ClusterPass.Result putOff(LuminateCluster cluster, List<String> unsynced) {
    String place = place(cluster);
    String why =
        "these kinds cannot be read now%s: %s"
            .formatted(
                place.equals(Watches.ANYWHERE) ? "" : " in namespace " + place,
                String.join(", ", unsynced));
    turnedAway.add(cluster.getMetadata().getUid());
    means.metrics().putOff();
    if (saidOfCaches.isNew(place, why)) {
      LOG.info("passes wait, as {}", why);
    }
    if (outages.of(place).isLong()) {
      new ClusterPass(cluster, means).sayFailed(why);
    }
    return ClusterPass.Result.failed(why);
  }

  private void tell(LuminateCluster cluster, ClusterPass.Result result) {
    ObjectMeta meta = cluster.getMetadata();
    if (result.failure().isEmpty()) {
      said.forget(meta.getUid());
    }
    result
        .failure()
        .filter(why -> said.isNew(meta.getUid(), why))
        .ifPresent(
            why ->
                LOG.warn(
                    "{}/{}: a pass has to be made again: {}",
                    meta.getNamespace(),
                    meta.getName(),
                    why));
  }

  /** To be called while a place's caches can be read: makes the passes that were not made there. */
  void goOn(String place) {
    saidOfCaches.forget(place);
    clusters
        .all()
        .filter(cluster -> place(cluster).equals(place))
        .filter(cluster -> turnedAway.remove(cluster.getMetadata().getUid()))
        .forEach(
            cluster -> {
              backoff.succeeded(cluster.getMetadata().getUid());
              watches.nudge(cluster);
            });
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
    said.keep(uids);
    turnedAway.retainAll(uids);
    means.missing().keep(uids);
    means.metrics().keep(uids);
  }
}

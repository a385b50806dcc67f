// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.luminate.crd.LuminateClusterStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * StatefulSets whose controller does not make their pods. A Deployment says so itself; of a
 * StatefulSet it is known by pods that are not there for a while, and only then is an event of its
 * controller looked for, which says why. Safe for use by many threads.
 */
public final class MissingPods {
  private static final Logger LOG = LoggerFactory.getLogger(MissingPods.class);

  /** A pod that is replaced is away for a moment. */
  static final Duration LOOK_AFTER = Duration.ofSeconds(4);

  /** A controller that says nothing may have much to do. */
  static final Duration SILENT_MAX = Duration.ofSeconds(30);

  /** Why may become another thing, which no change of the StatefulSet tells. */
  private static final Duration SAID_AGAIN = Duration.ofMinutes(1);

  /**
   * What is known of one cluster.
   *
   * @param why pods are not made; empty where they are, or may still be
   * @param due when to look again although nothing changes
   */
  public record Found(Optional<String> why, Optional<Instant> due) {
    private static final Found NONE = new Found(Optional.empty(), Optional.empty());
  }

  private final KubernetesClient kubernetes;

  /** Since when pods are missing, by the UIDs of clusters. */
  private final Map<String, Instant> since = new ConcurrentHashMap<>();

  public MissingPods(KubernetesClient kubernetes) {
    this.kubernetes = kubernetes;
  }

  /** Of the cluster, as it was seen. */
  public Found of(ClusterObservation seen, Instant now) {
    String uid = seen.cluster().getMetadata().getUid();
    Optional<StatefulSet> set = seen.workload().flatMap(workload -> shortOfPods(workload, seen));
    if (set.isEmpty()) {
      since.remove(uid);
      return Found.NONE;
    }
    Instant first = since.computeIfAbsent(uid, _ -> first(seen, now));
    Instant look = first.plus(LOOK_AFTER);
    if (now.isBefore(look)) {
      return new Found(Optional.empty(), Optional.of(look));
    }
    Optional<String> said = said(set.get());
    boolean isSilent = said.isEmpty() && now.isBefore(first.plus(SILENT_MAX));
    return isSilent
        ? new Found(Optional.empty(), Optional.of(now.plus(LOOK_AFTER)))
        : new Found(
            said.or(() -> Optional.of("events of StatefulSet " + name(set.get()) + " may say why")),
            Optional.of(now.plus(SAID_AGAIN)));
  }

  /** Of one whose controller has seen it, and which has fewer pods than it is to have. */
  private static Optional<StatefulSet> shortOfPods(HasMetadata workload, ClusterObservation seen) {
    boolean isShort =
        Rollout.of(workload)
            .filter(Rollout::isObserved)
            .filter(pods -> Math.max(pods.replicas(), seen.pods().size()) < pods.desired())
            .isPresent();
    return isShort && workload instanceof StatefulSet set ? Optional.of(set) : Optional.empty();
  }

  /** An operator that has just begun goes on with what the status says. */
  private static Instant first(ClusterObservation seen, Instant now) {
    boolean isSaid =
        Optional.ofNullable(seen.cluster().getStatus())
            .map(LuminateClusterStatus::conditions)
            .flatMap(all -> Finding.before(all, ConditionType.DEGRADED))
            .filter(found -> found.reason() == Reason.PODS_NOT_CREATED)
            .isPresent();
    return isSaid ? now.minus(SILENT_MAX) : now;
  }

  /** By the latest event. */
  private Optional<String> said(StatefulSet set) {
    List<Event> events;
    try {
      events =
          kubernetes
              .events()
              .v1()
              .events()
              .inNamespace(set.getMetadata().getNamespace())
              .withField("regarding.uid", set.getMetadata().getUid())
              .withField("reason", "FailedCreate")
              .list()
              .getItems();
    } catch (KubernetesClientException e) {
      LOG.debug("events of StatefulSet {} cannot be read", name(set), e);
      return Optional.empty();
    }
    return events.stream()
        .filter(event -> event.getNote() != null)
        .max(Comparator.comparing(MissingPods::last))
        .map(Event::getNote);
  }

  private static String last(Event event) {
    return Objects.requireNonNullElse(event.getDeprecatedLastTimestamp(), "");
  }

  private static String name(StatefulSet set) {
    return set.getMetadata().getName();
  }

  /** Forgets clusters that are none of these. */
  public void keep(Collection<String> uids) {
    since.keySet().retainAll(uids);
  }
}

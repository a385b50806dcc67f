// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.applying;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.luminate.crd.LuminateCluster;
import io.luminate.operator.objects.ClusterObjects;
import io.luminate.operator.objects.ObjectKey;
import io.luminate.operator.objects.ObjectNames;
import io.luminate.operator.objects.Ownership;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One pass over one cluster. */
final class ApplyPass {
  private static final Set<String> WORKLOADS = Set.of("StatefulSet", "Deployment");

  private final LuminateCluster cluster;
  private final ClusterObjects wanted;
  private final Requests requests;
  private final LiveObjects watched;
  private final ObjectWriter writer;
  private final ClaimGrowth growth;

  private final List<ObjectKey> conflicts = new ArrayList<>();
  private final List<Refusal> refusals = new ArrayList<>();
  private Optional<LiveWorkload> workload = Optional.empty();
  private boolean isChanged;

  ApplyPass(
      LuminateCluster cluster,
      ClusterObjects wanted,
      Requests requests,
      LiveObjects watched,
      AppliedMemory memory,
      Instant now) {
    this.cluster = cluster;
    this.wanted = wanted;
    this.requests = requests;
    this.watched = watched;
    this.writer = new ObjectWriter(cluster, requests, watched, memory, now);
    this.growth = new ClaimGrowth(requests, watched, memory, now);
  }

  AppliedObjects run() {
    return cluster.getSpec().paused() ? look() : apply();
  }

  private AppliedObjects look() {
    workload = watchedWorkload();
    return result(wanted.claim().flatMap(growth::look));
  }

  private AppliedObjects apply() {
    wanted.objects().forEach(this::write);
    wanted.absent().forEach(this::delete);
    if (workload.isEmpty()) {
      workload = watchedWorkload();
    }
    Optional<StatefulSet> set = statefulSet();
    set.ifPresent(this::deleteStuckPod);
    return result(wanted.claim().flatMap(claim -> claim(claim, set)));
  }

  private AppliedObjects result(Optional<LiveClaim> claim) {
    return new AppliedObjects(
        conflicts, refusals, isChanged || growth.isChanged(), workload, claim);
  }

  /**
   * The workload only if all before it is as it is to be: its template has the hash of the
   * configuration, and pods that were rolled for it before it is there would never be again.
   */
  private void write(HasMetadata object) {
    boolean isWorkload = WORKLOADS.contains(object.getKind());
    if (isWorkload && !(conflicts.isEmpty() && refusals.isEmpty())) {
      return;
    }
    switch (writer.write(object)) {
      case Written.Done(HasMetadata live, boolean changed) -> {
        isChanged |= changed;
        LiveWorkload.of(live).ifPresent(one -> workload = Optional.of(one));
      }
      case Written.Foreign() -> conflicts.add(ObjectKey.of(object));
      case Written.Refused(Refusal refusal) -> refusals.add(refusal);
      case Written.NoKind() -> {
        // Nobody is there to read it.
      }
    }
  }

  private void delete(ObjectKey key) {
    if (WORKLOADS.contains(key.kind())) {
      throw new IllegalArgumentException("a workload is never deleted: " + key);
    }
    watched
        .find(namespace(), key)
        .filter(live -> Ownership.isOf(cluster, live))
        .filter(live -> live.getMetadata().getDeletionTimestamp() == null)
        .ifPresent(this::delete);
  }

  private void delete(HasMetadata live) {
    try {
      requests.delete(live);
      isChanged = true;
    } catch (KubernetesClientException answer) {
      if (Requests.isNoAnswer(answer)) {
        throw answer;
      }
      // What has changed meanwhile is looked at again in the pass after that.
      if (!Requests.isOvertaken(answer) && answer.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        refusals.add(Refusal.of(ObjectKey.of(live), answer));
      }
    }
  }

  private Optional<LiveWorkload> watchedWorkload() {
    ObjectKey key =
        switch (cluster.getSpec().backend()) {
          case ROCKSDB -> new ObjectKey("apps/v1", "StatefulSet", names().cluster());
          case CLICKHOUSE -> new ObjectKey("apps/v1", "Deployment", names().cluster());
        };
    return watched
        .find(namespace(), key)
        .filter(live -> Ownership.isOf(cluster, live))
        .flatMap(LiveWorkload::of);
  }

  private Optional<StatefulSet> statefulSet() {
    return workload.flatMap(
        one ->
            switch (one) {
              case LiveWorkload.OfStatefulSet(StatefulSet set) -> Optional.of(set);
              case LiveWorkload.OfDeployment _ -> Optional.empty();
            });
  }

  private void deleteStuckPod(StatefulSet set) {
    watched
        .find(namespace(), new ObjectKey("v1", "Pod", names().pod()))
        .filter(Pod.class::isInstance)
        .filter(pod -> StuckPod.isIt(set, (Pod) pod))
        .ifPresent(this::delete);
  }

  private Optional<LiveClaim> claim(PersistentVolumeClaim claim, Optional<StatefulSet> set) {
    return set.map(one -> growth.grow(claim, one)).orElseGet(() -> growth.look(claim));
  }

  private ObjectNames names() {
    return ObjectNames.of(cluster);
  }

  private String namespace() {
    return cluster.getMetadata().getNamespace();
  }
}

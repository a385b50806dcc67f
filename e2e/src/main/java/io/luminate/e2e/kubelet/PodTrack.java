// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.luminate.kube.testkit.Namespaces;
import java.net.HttpURLConnection;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where a pod is, and the thread that tells the API server so. Changes that follow each other
 * faster than it writes become one. All state is guarded by this object's monitor.
 */
final class PodTrack {
  private static final System.Logger LOG = System.getLogger(PodTrack.class.getName());
  private static final long RETRY_MILLIS = 200;

  private final PodSite site;
  private final Map<String, ContainerTrack> initial;
  private final Map<String, ContainerTrack> containers;
  private final Map<String, PodCondition> conditions = new HashMap<>();
  private final String startTime = Statuses.now();
  private final Thread writer;
  private Pod latest;
  private boolean changed = true;
  private boolean closed;
  private boolean abandoned;

  PodTrack(PodSite site) {
    this.site = site;
    latest = site.pod();
    List<Container> first = latest.getSpec().getInitContainers();
    initial = tracks(first, "PodInitializing");
    containers =
        tracks(
            latest.getSpec().getContainers(),
            first.isEmpty() ? "ContainerCreating" : "PodInitializing");
    writer = Thread.ofVirtual().name("status-" + site).unstarted(this::write);
  }

  private static Map<String, ContainerTrack> tracks(List<Container> all, String reason) {
    Map<String, ContainerTrack> tracks = new LinkedHashMap<>();
    all.forEach(one -> tracks.put(one.getName(), ContainerTrack.of(one, reason)));
    return tracks;
  }

  void start() {
    writer.start();
  }

  synchronized void update(String container, UnaryOperator<ContainerTrack> change) {
    Map<String, ContainerTrack> map = initial.containsKey(container) ? initial : containers;
    map.computeIfPresent(container, (_, track) -> change.apply(track));
    changed = true;
    notifyAll();
  }

  /** What its containers wait for while none of them can be made. */
  synchronized void waitFor(String message) {
    containers.replaceAll((_, track) -> track.waiting("ContainerCreating", message));
    changed = true;
    notifyAll();
  }

  /** The pod as the API server has it now, which may have opened a readiness gate. */
  synchronized void see(Pod pod) {
    latest = pod;
    changed = true;
    notifyAll();
  }

  synchronized ContainerTrack get(String container) {
    ContainerTrack track = initial.get(container);
    return track == null ? Objects.requireNonNull(containers.get(container)) : track;
  }

  synchronized Collection<ContainerTrack> all() {
    return List.copyOf(containers.values());
  }

  /** Writes what is left to write, and no more after that; false if nobody is to be told. */
  boolean close() throws InterruptedException {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    writer.join();
    return !isAbandoned();
  }

  /** From now on nobody is told anything. */
  synchronized void abandon() {
    abandoned = true;
    closed = true;
    notifyAll();
  }

  synchronized boolean isAbandoned() {
    return abandoned;
  }

  private void write() {
    String written = "";
    try {
      String next = next(written);
      while (next != null) {
        if (send(next)) {
          written = next;
        } else {
          Thread.sleep(RETRY_MILLIS);
          retry();
        }
        next = next(written);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void retry() {
    changed = true;
  }

  /** Waits for a change; null in the end. */
  private synchronized @Nullable String next(String written) throws InterruptedException {
    while (true) {
      while (!changed && !closed) {
        wait();
      }
      if (!changed || abandoned) {
        return null;
      }
      changed = false;
      String status = status();
      if (!status.equals(written)) {
        return status;
      }
    }
  }

  /** False to try again. */
  private boolean send(String status) {
    try {
      site.client()
          .pods()
          .inNamespace(site.namespace())
          .withName(site.name())
          .subresource("status")
          .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), status);
      return true;
    } catch (KubernetesClientException e) {
      // Gone, or another of its name: nobody is left to be told.
      boolean over =
          e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
              || e.getCode() == HttpURLConnection.HTTP_CONFLICT;
      LOG.log(System.Logger.Level.DEBUG, "The status of " + site + " is not written", e);
      return over || isClosed();
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private String status() {
    Collection<ContainerTrack> first = initial.values();
    Collection<ContainerTrack> main = containers.values();
    String phase = Statuses.phase(latest, first, main);
    List<PodCondition> now =
        Statuses.conditions(latest, phase, first, main).stream().map(this::timed).toList();
    Pod patch =
        new PodBuilder()
            .withNewMetadata()
            .withUid(site.uid())
            .endMetadata()
            .withNewStatus()
            .withPhase(phase)
            .withConditions(now)
            .withHostIP(Namespaces.NODE_ADDRESS)
            .addNewHostIP(Namespaces.NODE_ADDRESS)
            .withPodIP(site.address())
            .addNewPodIP(site.address())
            .withStartTime(startTime)
            .withObservedGeneration(latest.getMetadata().getGeneration())
            .withInitContainerStatuses(first.stream().map(ContainerTrack::status).toList())
            .withContainerStatuses(main.stream().map(ContainerTrack::status).toList())
            .endStatus()
            .build();
    return site.client().getKubernetesSerialization().asJson(patch);
  }

  /** A condition keeps its time for as long as it keeps its status. */
  private PodCondition timed(PodCondition condition) {
    PodCondition before = conditions.get(condition.getType());
    boolean same = before != null && before.getStatus().equals(condition.getStatus());
    condition.setLastTransitionTime(
        same ? Objects.requireNonNull(before).getLastTransitionTime() : Statuses.now());
    conditions.put(condition.getType(), condition);
    return condition;
  }
}

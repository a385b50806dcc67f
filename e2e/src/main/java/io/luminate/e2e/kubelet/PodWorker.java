// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One pod from its binding to its end, in a thread of its own and one for each container. */
final class PodWorker {
  private static final System.Logger LOG = System.getLogger(PodWorker.class.getName());
  private static final Duration VOLUME_RETRY = Duration.ofMillis(300);

  /** Longer than a restart of the API server takes. */
  private static final int DELETE_TRIES_MAX = 200;

  private final PodSite site;
  private final Surroundings around;
  private final PodTrack track;
  private final Volumes volumes;
  private final List<ContainerWorker> initial;
  private final List<ContainerWorker> containers;

  /** With the grace, when the pod is to end; none at all where its object is gone. */
  private final CompletableFuture<Duration> ending = new CompletableFuture<>();

  private final Thread thread;

  PodWorker(PodSite site, Surroundings around) {
    thread = Thread.ofVirtual().name("pod-" + site).unstarted(this::run);
    this.site = site;
    this.around = around;
    track = new PodTrack(site);
    volumes = new Volumes(site);
    String policy = site.pod().getSpec().getRestartPolicy();
    // One that has done its work is not run again.
    String initialPolicy = policy.equals("Never") ? policy : "OnFailure";
    initial = workers(site.pod().getSpec().getInitContainers(), initialPolicy);
    containers = workers(site.pod().getSpec().getContainers(), policy);
  }

  private List<ContainerWorker> workers(List<Container> all, String policy) {
    return all.stream()
        .map(one -> new ContainerWorker(site, one, track, around, volumes, policy))
        .toList();
  }

  void start() {
    thread.start();
  }

  /** The object has changed. */
  void update(Pod pod) {
    track.see(pod);
    if (pod.getMetadata().getDeletionTimestamp() != null) {
      Long seconds = pod.getMetadata().getDeletionGracePeriodSeconds();
      ending.complete(Duration.ofSeconds(Objects.requireNonNullElse(seconds, 0L)));
    }
  }

  /** The object is not there any more. */
  void forget() {
    ending.complete(Duration.ZERO);
  }

  /** Ends what runs, and tells nobody. */
  void abandon() {
    track.abandon();
    ending.complete(Duration.ZERO);
  }

  void join(Duration timeMax) throws InterruptedException {
    thread.join(timeMax);
  }

  Optional<ContainerProcess> process(String container) {
    return containers.stream()
        .filter(worker -> worker.name().equals(container))
        .findFirst()
        .flatMap(ContainerWorker::process);
  }

  private void run() {
    try {
      track.start();
      if (prepare() && initialize()) {
        startVolumeSync();
        List<Thread> threads = containers.stream().map(this::begin).toList();
        Duration grace = awaitEnding();
        end(grace);
        for (Thread thread : threads) {
          thread.join();
        }
      }
      awaitEnding();
      if (track.close()) {
        delete();
      }
      clean();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(site.toString(), e);
    }
  }

  private Duration awaitEnding() throws InterruptedException {
    try {
      return ending.get();
    } catch (ExecutionException e) {
      throw new AssertionError("never completed so", e);
    }
  }

  /** Whether the pod ends, which is waited for this long. */
  private boolean endsWithin(Duration time) throws InterruptedException {
    try {
      ending.get(time.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new AssertionError("never completed so", e);
    }
  }

  /** False if the pod ends before it has begun. */
  private boolean prepare() throws InterruptedException, IOException {
    while (!ending.isDone()) {
      try {
        volumes.prepare();
        return true;
      } catch (NotYetException | KubernetesClientException e) {
        track.waitFor(String.valueOf(e.getMessage()));
      }
      if (endsWithin(VOLUME_RETRY)) {
        return false;
      }
    }
    return false;
  }

  /** One after the other; false where one has failed for good, or the pod ends. */
  private boolean initialize() throws InterruptedException {
    for (ContainerWorker worker : initial) {
      Thread thread = begin(worker);
      while (thread.isAlive()) {
        thread.join(VOLUME_RETRY);
        if (ending.isDone()) {
          worker.stop(awaitEnding());
        }
      }
      if (!track.get(worker.name()).isSuccessful()) {
        return false;
      }
    }
    return !ending.isDone();
  }

  private Thread begin(ContainerWorker worker) {
    return Thread.ofVirtual()
        .name("container-" + site + "-" + worker.name())
        .start(
            () -> {
              try {
                worker.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private void startVolumeSync() {
    if (volumes.follow()) {
      Thread.ofVirtual().name("volumes-" + site).start(this::syncVolumes);
    }
  }

  private void syncVolumes() {
    try {
      while (!endsWithin(around.timing().volumeSync())) {
        try {
          volumes.refresh();
        } catch (IOException | KubernetesClientException e) {
          LOG.log(System.Logger.Level.DEBUG, "The volumes of " + site + " stay as they are", e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void end(Duration grace) throws InterruptedException {
    List<Thread> threads =
        containers.stream()
            .map(worker -> Thread.ofVirtual().start(() -> stop(worker, grace)))
            .toList();
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private static void stop(ContainerWorker worker, Duration grace) {
    try {
      worker.stop(grace);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The last word of a kubelet: nothing of the pod runs any more. */
  private void delete() throws InterruptedException {
    var resource = site.client().pods().inNamespace(site.namespace()).withName(site.name());
    for (int tries = 0; tries < DELETE_TRIES_MAX && !track.isAbandoned(); tries++) {
      try {
        Pod now = resource.get();
        if (now == null || !now.getMetadata().getUid().equals(site.uid())) {
          return;
        }
        resource.withGracePeriod(0).delete();
      } catch (KubernetesClientException e) {
        LOG.log(System.Logger.Level.DEBUG, site + " is not deleted", e);
      }
      Thread.sleep(VOLUME_RETRY);
    }
  }

  private void clean() throws IOException {
    around.hosts().remove(site);
    KeyedFiles.delete(site.folder());
  }
}

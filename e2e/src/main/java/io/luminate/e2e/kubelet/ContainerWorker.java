// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateTerminatedBuilder;
import io.fabric8.kubernetes.api.model.Lifecycle;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One container through all of its runs, in the thread that calls {@link #run}; {@link #stop} comes
 * from another.
 */
final class ContainerWorker {
  private static final System.Logger LOG = System.getLogger(ContainerWorker.class.getName());

  /** What a container has left after a hook that took all of its grace. */
  private static final Duration AFTER_HOOK_MIN = Duration.ofSeconds(2);

  private final PodSite site;
  private final Container container;
  private final PodTrack track;
  private final Images images;
  private final ContainerStart start;
  private final String restartPolicy;
  private final BackOff backOff;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private @Nullable ContainerProcess current;
  private int runs;

  ContainerWorker(
      PodSite site,
      Container container,
      PodTrack track,
      Surroundings around,
      Volumes volumes,
      String restartPolicy) {
    this.site = site;
    this.container = container;
    this.track = track;
    this.images = around.images();
    this.start = new ContainerStart(site, container, volumes, around.hosts());
    this.restartPolicy = restartPolicy;
    this.backOff = new BackOff(around.timing());
  }

  String name() {
    return container.getName();
  }

  /** Until it has ended for good, or is stopped. */
  void run() throws InterruptedException {
    while (!isStopping()) {
      Duration delay;
      try {
        ContainerStateTerminated ended = runOnce();
        if (isStopping() || !isRestarted(ended.getExitCode())) {
          return;
        }
        delay = afterEnd(ended);
      } catch (NotYetException e) {
        waiting("CreateContainerConfigError", String.valueOf(e.getMessage()));
        delay = backOff.next();
      } catch (IOException | KubernetesClientException e) {
        // The API server is away, for one: what the container needs is asked for again.
        waiting("CreateContainerError", e.toString());
        delay = backOff.next();
      }
      if (stopping.await(delay.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }

  private boolean isRestarted(int code) {
    return switch (restartPolicy) {
      case "Never" -> false;
      case "OnFailure" -> code != 0;
      default -> true;
    };
  }

  /** The first restart comes at once. */
  private Duration afterEnd(ContainerStateTerminated ended) {
    backOff.ran(
        Duration.between(
            Instant.parse(ended.getStartedAt()), Instant.parse(ended.getFinishedAt())));
    if (runs <= 1) {
      return Duration.ZERO;
    }
    Duration delay = backOff.next();
    waiting(
        "CrashLoopBackOff",
        "back-off " + delay.toMillis() + "ms restarting failed container=" + name());
    return delay;
  }

  private void waiting(String reason, String message) {
    track.update(name(), before -> before.waiting(reason, message));
  }

  private ContainerStateTerminated runOnce()
      throws IOException, NotYetException, InterruptedException {
    Image image = pull();
    int run = runs;
    String id = "local://" + UUID.randomUUID();
    String started = Statuses.now();
    ContainerProcess process = begin(image, run, id);
    runs++;
    Checks checks = checks(process);
    afterStart(checks);
    new Probing(container, process, checks, effects(id)).start();
    int code = process.waitFor();
    ContainerStateTerminated ended = terminated(code, run, id, started);
    track.update(name(), before -> before.terminated(ended));
    return ended;
  }

  /** Waits for it, as a node does for a registry. */
  private Image pull() throws InterruptedException, NotYetException {
    Optional<Image> image = images.get(container.getImage());
    while (image.isEmpty()) {
      String message = "image \"" + container.getImage() + "\" is not known to this node";
      waiting("ErrImagePull", message);
      Duration delay = backOff.next();
      if (stopping.await(delay.toMillis() / 2, TimeUnit.MILLISECONDS)) {
        throw new NotYetException(message);
      }
      waiting("ImagePullBackOff", "Back-off pulling " + message);
      if (stopping.await(delay.toMillis() / 2, TimeUnit.MILLISECONDS)) {
        throw new NotYetException(message);
      }
      image = images.get(container.getImage());
    }
    return image.get();
  }

  /** Under the monitor, so that whoever stops it sees either no process or this one. */
  private synchronized ContainerProcess begin(Image image, int run, String id)
      throws IOException, NotYetException {
    if (isStopping()) {
      throw new NotYetException("the pod ends");
    }
    ContainerProcess process = start.start(image, run);
    current = process;
    track.update(name(), before -> before.running(id));
    return process;
  }

  private Checks checks(ContainerProcess process) {
    return new Checks(site.address(), container, process, site.log(name()));
  }

  private void afterStart(Checks checks) throws InterruptedException {
    Lifecycle lifecycle = container.getLifecycle();
    if (lifecycle == null || lifecycle.getPostStart() == null) {
      return;
    }
    Optional<String> wrong = checks.hook(lifecycle.getPostStart(), grace());
    if (wrong.isPresent()) {
      LOG.log(System.Logger.Level.INFO, "{0}: postStart: {1}", site, wrong.get());
      end(grace());
    }
  }

  private Probing.Effects effects(String id) {
    return new Probing.Effects() {
      @Override
      public void started() {
        track.update(name(), before -> isRun(before) ? before.withStarted() : before);
      }

      @Override
      public void ready(boolean ready) {
        track.update(name(), before -> isRun(before) ? before.withReady(ready) : before);
      }

      @Override
      public void failed(String probe, String reason, Probe failing) {
        LOG.log(System.Logger.Level.INFO, "{0}: {1} probe: {2}", site, probe, reason);
        Long seconds = failing.getTerminationGracePeriodSeconds();
        try {
          end(seconds == null ? grace() : Duration.ofSeconds(seconds));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }

      private boolean isRun(ContainerTrack now) {
        return now.isRunning() && now.id().equals(id);
      }
    };
  }

  private Duration grace() {
    Long seconds = site.pod().getSpec().getTerminationGracePeriodSeconds();
    return Duration.ofSeconds(Objects.requireNonNullElse(seconds, 30L));
  }

  private ContainerStateTerminated terminated(int code, int run, String id, String started)
      throws IOException {
    String policy = Objects.requireNonNullElse(container.getTerminationMessagePolicy(), "File");
    String message = TerminationMessage.of(start.message(run), code, policy, site.log(name()));
    return new ContainerStateTerminatedBuilder()
        .withContainerID(id)
        .withExitCode(code)
        .withReason(code == 0 ? "Completed" : "Error")
        .withMessage(message.isEmpty() ? null : message)
        .withStartedAt(started)
        .withFinishedAt(Statuses.now())
        .build();
  }

  boolean isStopping() {
    return stopping.getCount() == 0;
  }

  /** Ends it for good: its hook, SIGTERM, and SIGKILL when the grace is over. */
  void stop(Duration grace) throws InterruptedException {
    synchronized (this) {
      stopping.countDown();
    }
    end(grace);
  }

  private void end(Duration grace) throws InterruptedException {
    ContainerProcess process = process().orElse(null);
    if (process == null) {
      return;
    }
    Instant last = Instant.now().plus(grace);
    boolean hooked = beforeStop(process, grace);
    Duration left = Duration.between(Instant.now(), last);
    Duration atLeast = hooked && !grace.isZero() ? AFTER_HOOK_MIN : Duration.ZERO;
    if (!process.terminate(left.compareTo(atLeast) > 0 ? left : atLeast)) {
      process.kill();
    }
  }

  private boolean beforeStop(ContainerProcess process, Duration grace) throws InterruptedException {
    Lifecycle lifecycle = container.getLifecycle();
    if (lifecycle == null || lifecycle.getPreStop() == null || !process.isAlive()) {
      return false;
    }
    checks(process)
        .hook(lifecycle.getPreStop(), grace)
        .ifPresent(wrong -> LOG.log(System.Logger.Level.INFO, "{0}: preStop: {1}", site, wrong));
    return true;
  }

  synchronized Optional<ContainerProcess> process() {
    return Optional.ofNullable(current).filter(ContainerProcess::isAlive);
  }
}

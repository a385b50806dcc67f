// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import io.luminate.crd.LuminateCluster;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Asks pods beside all passes what only they know: how their storage is, and who is near a limit. A
 * pod that does not answer keeps no pass waiting. Safe for use by many threads.
 */
final class PodQuestions implements AutoCloseable {
  static final Duration STORAGE_EVERY = Duration.ofSeconds(3);

  /** Servers look as seldom themselves. */
  static final Duration USE_EVERY = Duration.ofSeconds(30);

  /** One answer that is missing is no news. */
  static final Duration STORAGE_COUNTS_FOR = Duration.ofSeconds(10);

  static final Duration USE_COUNTS_FOR = Duration.ofSeconds(100);

  /** A pass is made more often; who has had none for longer may have outdated addresses. */
  private static final Duration PODS_COUNT_FOR = Duration.ofMinutes(6);

  /** Of all clusters together; a reply is small, and a dead pod has its place for two seconds. */
  private static final int STORAGE_AT_A_TIME = 64;

  /** Of all clusters together; a reply may have megabytes. */
  private static final int USE_AT_A_TIME = 4;

  /** Each of a hundred tenants. */
  private static final int USE_PAGES_MAX = 50;

  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(2);
  private static final Duration STORAGE_WITHIN = Duration.ofSeconds(2);

  /** A server may have to wait for its store. */
  private static final Duration USE_WITHIN = Duration.ofSeconds(10);

  private final InstantSource clock;
  private final Consumer<LuminateCluster> changed;
  private final PodClient quick = new PodClient(CONNECT_WITHIN, STORAGE_WITHIN);
  private final PodClient patient = new PodClient(CONNECT_WITHIN, USE_WITHIN);
  private final Semaphore storagePlaces = new Semaphore(STORAGE_AT_A_TIME);
  private final Semaphore usePlaces = new Semaphore(USE_AT_A_TIME);

  /** Those that have not answered yet: nobody is asked the same twice at once. */
  private final Set<ContainerId> askedStorage = ConcurrentHashMap.newKeySet();

  private final ShortMemory<ContainerId, Boolean> askedUse = new ShortMemory<>(USE_EVERY);
  private final ShortMemory<ContainerId, StorageAnswer> storage =
      new ShortMemory<>(STORAGE_COUNTS_FOR);
  private final ShortMemory<ContainerId, UseAnswer> use = new ShortMemory<>(USE_COUNTS_FOR);
  private final Map<String, Followed> clusters = new ConcurrentHashMap<>();
  private final ExecutorService threads;

  /** What a pass has seen. */
  private record Seen(
      LuminateCluster cluster, List<ClusterPod> pods, Tokens tokens, Instant lastPass) {
    Set<ContainerId> containers() {
      return pods.stream().map(ClusterPod::container).collect(Collectors.toSet());
    }
  }

  /**
   * @param changed told a cluster of whose pods something else is known now
   */
  PodQuestions(InstantSource clock, Consumer<LuminateCluster> changed) {
    this(
        clock,
        changed,
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("question-", 0).factory()));
  }

  /**
   * Asks on threads of somebody who can tell when they are idle.
   *
   * @param threads end with it
   */
  PodQuestions(InstantSource clock, Consumer<LuminateCluster> changed, ExecutorService threads) {
    this.clock = clock;
    this.changed = changed;
    this.threads = threads;
  }

  /** These pods are the cluster's from now on. */
  void follow(LuminateCluster cluster, List<ClusterPod> pods, Tokens tokens) {
    Seen now = new Seen(cluster, List.copyOf(pods), tokens, clock.instant());
    clusters.compute(
        cluster.getMetadata().getUid(),
        (_, followed) -> followed == null ? new Followed(now) : followed.with(now));
  }

  /** Nothing can be asked any more. */
  void leave(LuminateCluster cluster) {
    clusters.remove(cluster.getMetadata().getUid());
  }

  /** Leaves all others. */
  void keep(Collection<String> clusterUids) {
    clusters.keySet().retainAll(clusterUids);
  }

  PodAnswers of(LuminateCluster cluster) {
    return Optional.ofNullable(clusters.get(cluster.getMetadata().getUid()))
        .map(Followed::answers)
        .orElse(PodAnswers.NONE);
  }

  /** To be called every second: asks what is due, and returns at once. */
  void look() {
    clusters.values().forEach(Followed::look);
  }

  /** One cluster's pods. */
  private final class Followed {
    private final Instant since;
    private volatile Seen seen;
    private volatile Instant due = Instant.MIN;
    private PodAnswers told = PodAnswers.NONE;

    Followed(Seen seen) {
      this.since = seen.lastPass();
      this.seen = seen;
    }

    Followed with(Seen now) {
      if (!now.containers().equals(seen.containers())) {
        due = Instant.MIN;
      }
      seen = now;
      return this;
    }

    void look() {
      Instant now = clock.instant();
      Seen current = seen;
      if (!now.isBefore(due) && now.isBefore(current.lastPass().plus(PODS_COUNT_FOR))) {
        due = now.plus(STORAGE_EVERY);
        current.pods().stream()
            .filter(pod -> askedStorage.add(pod.container()))
            .forEach(pod -> threads.execute(() -> storage(pod, current.tokens())));
      }
      tell();
    }

    private void storage(ClusterPod pod, Tokens tokens) {
      Optional<StorageAnswer> answer = askedStorage(pod, tokens);
      answer.ifPresent(one -> remember(pod.container(), one));
      tell();
      if (answer.isPresent() && askedUse.get(pod.container(), clock.instant()).isEmpty()) {
        askedUse.put(pod.container(), true, clock.instant());
        threads.execute(() -> use(pod, tokens));
      }
    }

    /** Whose answer is known may be asked again, so it is taken out before. */
    private Optional<StorageAnswer> askedStorage(ClusterPod pod, Tokens tokens) {
      try {
        return placed(storagePlaces, () -> quick.storage(pod, tokens))
                instanceof PodReply.Has<StorageAnswer>(StorageAnswer answer, _)
            ? Optional.of(answer)
            : Optional.empty();
      } finally {
        askedStorage.remove(pod.container());
      }
    }

    private void remember(ContainerId container, StorageAnswer answer) {
      Instant now = clock.instant();
      StorageAnswer before = storage.get(container, now).orElse(answer);
      storage.put(container, before.isLike(answer) ? before : answer, now);
    }

    private void use(ClusterPod pod, Tokens tokens) {
      placed(usePlaces, () -> near(pod, tokens))
          .ifPresent(answer -> use.put(pod.container(), answer, clock.instant()));
      tell();
    }

    PodAnswers answers() {
      Instant now = clock.instant();
      Map<String, StorageAnswer> known = new TreeMap<>();
      List<UseAnswer> uses = new ArrayList<>();
      List<ClusterPod> pods = seen.pods();
      for (ClusterPod pod : pods) {
        storage.get(pod.container(), now).ifPresent(answer -> known.put(pod.name(), answer));
        use.get(pod.container(), now).ifPresent(uses::add);
      }
      boolean isEarly = !pods.isEmpty() && now.isBefore(since.plus(STORAGE_COUNTS_FOR));
      return PodAnswers.of(known, uses, isEarly);
    }

    /** Once for each change, whatever a pass makes of it. */
    private void tell() {
      synchronized (this) {
        PodAnswers now = answers();
        if (now.equals(told)) {
          return;
        }
        told = now;
      }
      changed.accept(seen.cluster());
    }
  }

  /** Page by page, each after the last name of the one before. */
  private Optional<UseAnswer> near(ClusterPod pod, Tokens tokens) {
    TreeMap<String, NavigableSet<NearLimit>> near = new TreeMap<>();
    for (int page = 0; page < USE_PAGES_MAX; page++) {
      String after = near.isEmpty() ? "" : near.lastKey();
      if (!(patient.use(pod, tokens, after)
          instanceof PodReply.Has<UseAnswer>(UseAnswer answer, _))) {
        return Optional.empty();
      }
      near.putAll(answer.near());
      if (answer.isWhole()) {
        return Optional.of(new UseAnswer(near, true));
      }
    }
    return Optional.of(new UseAnswer(near, false));
  }

  private static <T> T placed(Semaphore places, Supplier<T> call) {
    places.acquireUninterruptibly();
    try {
      return call.get();
    } finally {
      places.release();
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    quick.close();
    patient.close();
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.health.EventSourceHealthIndicator;
import io.javaoperatorsdk.operator.health.InformerHealthIndicator;
import io.javaoperatorsdk.operator.health.InformerWrappingEventSourceHealthIndicator;
import io.javaoperatorsdk.operator.health.Status;
import io.javaoperatorsdk.operator.processing.event.rate.LinearRateLimiter;
import io.luminate.crd.LuminateCluster;
import io.luminate.operator.applying.Applier;
import io.luminate.operator.applying.NamedSecrets;
import io.luminate.operator.applying.ServedKinds;
import io.luminate.operator.config.OperatorConfig;
import io.luminate.operator.management.OperatorHealth;
import io.luminate.operator.management.OperatorMetrics;
import io.luminate.operator.objects.OperatorPods;
import io.luminate.operator.objects.OptionalKind;
import io.luminate.operator.publishing.Publisher;
import io.luminate.operator.status.EventWriter;
import io.luminate.operator.status.MissingPods;
import io.luminate.operator.status.StatusWriter;
import io.luminate.operator.watch.Watches;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All parts of an operator, from taking part in the election to its end. */
public final class RunningOperator implements OperatorHealth, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunningOperator.class);

  /** Clusters at a time; a pass mostly waits for pods. */
  private static final int THREADS = 16;

  /** Of one cluster. Many quotas at once are then some passes, not one for each. */
  private static final LinearRateLimiter PASSES = new LinearRateLimiter(Duration.ofSeconds(1), 5);

  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /** A pass asks pods twice at most; those that do not answer keep nothing else waiting. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** For the clusters of one namespace of several to be listed, as the others wait for it. */
  private static final Duration LIST_WITHIN = Duration.ofSeconds(10);

  /** The slowest pass writes thousands of statuses. */
  private static final Duration PASS_MAX = Duration.ofMinutes(15);

  private static final Duration LOOK_MAX = Duration.ofMinutes(2);

  /** For passes to come to their end, before the lease goes to another operator. */
  private static final Duration STOP_WITHIN = Duration.ofSeconds(10);

  private final Runnable fatal;
  private final PassCount passes = new PassCount();
  private final KnownClusters clusters = new KnownClusters();
  private final CacheOutages outages = new CacheOutages();
  private final SomeAtATime someAtATime = new SomeAtATime();
  private final Publisher publisher;
  private final Watches watches;
  private final ClusterReconciler reconciler;
  private final LostReferences lost;
  private final ServedKinds served;
  private final Operator operator;
  private final Leadership leadership;
  private final Beginning beginning = new Beginning(this::begin, this::stop, this::failed);
  private final Looks looks = new Looks(this::look, LOOK_EVERY);

  // What a look must not wait for: the API server may answer late, or never.
  private final OneAtATime lostLooks = new OneAtATime("telling what has no cluster");
  private final OneAtATime kindLooks = new OneAtATime("looking for optional kinds");

  private volatile boolean isAtWork;

  /**
   * Begins nothing yet.
   *
   * @param fatal how to end the process, where only a new one helps
   */
  public RunningOperator(
      KubernetesClient kubernetes,
      OperatorConfig config,
      OperatorMetrics metrics,
      InstantSource clock,
      Runnable fatal) {
    this.fatal = fatal;
    this.watches = new Watches(kubernetes, config.watched(), clusters::all);
    this.publisher = new Publisher(kubernetes, clock, PATIENCE, watches::nudge);
    StatusWriter statuses =
        new StatusWriter(kubernetes, new EventWriter(kubernetes, clock, config.podName()));
    WatchedObjects objects = new WatchedObjects(watches, kubernetes);
    this.served = new ServedKinds(kubernetes, clock);
    this.reconciler =
        new ClusterReconciler(
            clusters,
            outages,
            this::isCertain,
            new ClusterPass.Means(
                watches,
                served,
                new NamedSecrets(kubernetes, objects, clock),
                publisher,
                new Applier(kubernetes, objects, clock),
                statuses,
                new MissingPods(kubernetes),
                someAtATime,
                metrics,
                OperatorPods.in(config.namespace()),
                config.serverImage(),
                clock));
    this.lost = new LostReferences(clusters, watches, statuses, someAtATime, clock);
    this.operator = operator(kubernetes, config);
    this.leadership = new Leadership(kubernetes, config, beginning::begin, this::deposed);
    operator.register(reconciler, own -> settings(own, config));
    gauges(metrics);
  }

  /** Where there are several namespaces, one that cannot be read is tried again for ever. */
  private Operator operator(KubernetesClient kubernetes, OperatorConfig config) {
    return new Operator(
        settings -> {
          settings
              .withKubernetesClient(kubernetes)
              .withCloseClientOnStop(false)
              .withConcurrentReconciliationThreads(THREADS)
              .withReconciliationTerminationTimeout(STOP_WITHIN)
              .withInformerStoppedHandler((_, _) -> stopped())
              .withMetrics(passes);
          if (config.watched().size() > 1) {
            settings.withStopOnInformerErrorDuringStartup(false).withCacheSyncTimeout(LIST_WITHIN);
          }
        });
  }

  private static void settings(
      ControllerConfigurationOverrider<LuminateCluster> own, OperatorConfig config) {
    own.withRateLimiter(PASSES);
    if (config.watched().isEmpty()) {
      own.watchingAllNamespaces();
    } else {
      own.settingNamespaces(config.watched());
    }
  }

  private void gauges(OperatorMetrics metrics) {
    metrics.gauge("leading", "1 if this operator leads", () -> leadership.isLeading() ? 1 : 0);
    metrics.gauge("queue.waiting", "Clusters that wait for their pass", passes::waiting);
    metrics.gauge("queue.running", "Clusters that are being looked at", passes::running);
  }

  /** Takes part from now on, and returns. */
  public void start() {
    leadership.start();
  }

  /** In a thread of its own, as the election must not wait for caches. */
  private void begin() {
    served.look(false);
    operator.start();
    watches.optional().watch(served.served());
    looks.start();
    isAtWork = true;
    LOG.info("at work");
  }

  private void failed(RuntimeException failure) {
    LOG.error("the operator cannot begin: {}", rootMessage(failure));
    LOG.debug("because of", failure);
    fatal.run();
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return failure.getMessage() + ": " + root.getMessage();
  }

  private void look() {
    // Also while no cache can be read, or what pods have said would not count after that.
    publisher.look();
    Set<String> synced = syncedPlaces();
    watches.places().forEach(place -> lookForOutage(place, synced.contains(place)));
    if (!synced.isEmpty()) {
      lookThrough(synced);
    }
  }

  private void lookForOutage(String place, boolean isSynced) {
    // While nothing can be read, as the API server is away, nobody can be told.
    boolean isAnySynced = watches.unsynced(place).size() < watches.all().size();
    if (isAnySynced && outages.of(place).look(isSynced)) {
      clusters
          .all()
          .filter(one -> watches.place(one.getMetadata().getNamespace()).equals(place))
          .forEach(watches::nudge);
    }
  }

  /**
   * Of these places; in others it waits. What cannot be read any more is still in the cache of
   * clusters, so that nothing is forgotten of it.
   */
  private void lookThrough(Set<String> synced) {
    List<String> uids = clusters.all().map(one -> one.getMetadata().getUid()).toList();
    reconciler.keep(uids);
    publisher.keep(uids);
    synced.forEach(reconciler::goOn);
    kindLooks.begin(this::lookForKinds);
    if (isCertain()) {
      lostLooks.begin(() -> lost.look(namespace -> synced.contains(watches.place(namespace))));
    }
  }

  /** Who installs Prometheus' operator later need not touch any cluster. */
  private void lookForKinds() {
    Set<OptionalKind> before = served.served();
    if (served.look(!before.stream().allMatch(watches.optional()::isSynced))) {
      watches.optional().watch(served.served());
    }
    if (!served.served().equals(before)) {
      clusters.all().forEach(watches::nudge);
    }
  }

  private boolean isCertain() {
    return leadership.isCertain();
  }

  private Set<String> syncedPlaces() {
    Set<String> unread = placesOfUnreadClusters();
    return watches.places().stream()
        .filter(place -> !unread.contains(place) && watches.unsynced(place).isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Of all places at once, as the framework asks every cache of every place for it. */
  private Set<String> placesOfUnreadClusters() {
    return operator.getRuntimeInfo().unhealthyEventSources().values().stream()
        .flatMap(sources -> sources.values().stream())
        .flatMap(RunningOperator::informers)
        .filter(one -> one.getStatus() != Status.HEALTHY)
        .map(one -> watches.place(one.getTargetNamespace()))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Stream<InformerHealthIndicator> informers(EventSourceHealthIndicator source) {
    return source instanceof InformerWrappingEventSourceHealthIndicator<?> all
        ? all.informerHealthIndicators().values().stream()
        : Stream.empty();
  }

  private void deposed() {
    LOG.error("another operator may lead now; this one ends");
    fatal.run();
  }

  /** Of clusters; others are tried again for ever. */
  private void stopped() {
    if (isAtWork) {
      LOG.error("LuminateClusters cannot be watched any more; see that their definition is there");
      fatal.run();
    }
  }

  @Override
  public Optional<String> fault() {
    if (leadership.isOver()) {
      return Optional.of("it takes no part in the election any more");
    }
    if (passes.longest().compareTo(PASS_MAX) > 0) {
      return Optional.of("a pass takes longer than " + PASS_MAX);
    }
    boolean isLate = System.nanoTime() - looks.endedNanos() > LOOK_MAX.toNanos();
    return isAtWork && isLate ? Optional.of("nothing was looked at lately") : Optional.empty();
  }

  @Override
  public Optional<String> waitingFor() {
    if (!leadership.isLeading()) {
      return Optional.empty();
    }
    if (!isAtWork) {
      return Optional.of("the caches");
    }
    List<List<String>> unsynced = watches.places().stream().map(watches::unsynced).toList();
    return unsynced.stream().anyMatch(List::isEmpty)
        ? Optional.empty()
        : Optional.of("the caches of " + unsynced.getFirst());
  }

  /** Lets passes end, and then another operator lead. */
  @Override
  public void close() {
    beginning.end(STOP_WITHIN);
    looks.close();
    lostLooks.close();
    kindLooks.close();
    leadership.close();
    publisher.close();
    someAtATime.close();
  }

  private void stop() {
    isAtWork = false;
    looks.close();
    watches.optional().close();
    operator.stop();
  }
}

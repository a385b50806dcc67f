// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
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
import io.luminate.operator.status.StatusWriter;
import io.luminate.operator.watch.Watches;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
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

  /** The slowest pass writes thousands of statuses. */
  private static final Duration PASS_MAX = Duration.ofMinutes(15);

  private static final Duration LOOK_MAX = Duration.ofMinutes(2);

  /** For passes to come to their end, before the lease goes to another operator. */
  private static final Duration STOP_WITHIN = Duration.ofSeconds(10);

  private final Runnable fatal;
  private final PassCount passes = new PassCount();
  private final KnownClusters clusters = new KnownClusters();
  private final SomeAtATime someAtATime = new SomeAtATime();
  private final Publisher publisher;
  private final Watches watches;
  private final ClusterReconciler reconciler;
  private final LostReferences lost;
  private final ServedKinds served;
  private final Operator operator;
  private final Leadership leadership;
  private final ScheduledExecutorService looks =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("looks").factory());

  /** Of the last look; of its thread alone. */
  private Set<OptionalKind> servedBefore = Set.of();

  private volatile long lookedAtNanos = System.nanoTime();
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
            new ClusterPass.Means(
                watches,
                served,
                new NamedSecrets(kubernetes, objects, clock),
                publisher,
                new Applier(kubernetes, objects, clock),
                statuses,
                someAtATime,
                metrics,
                OperatorPods.in(config.namespace()),
                config.serverImage(),
                clock));
    this.lost = new LostReferences(clusters, watches, statuses, someAtATime, clock);
    this.operator = operator(kubernetes);
    this.leadership = new Leadership(kubernetes, config, this::beginSoon, this::deposed);
    operator.register(reconciler, own -> settings(own, config));
    gauges(metrics);
  }

  private Operator operator(KubernetesClient kubernetes) {
    return new Operator(
        settings ->
            settings
                .withKubernetesClient(kubernetes)
                .withCloseClientOnStop(false)
                .withConcurrentReconciliationThreads(THREADS)
                .withReconciliationTerminationTimeout(STOP_WITHIN)
                .withInformerStoppedHandler((_, _) -> stopped())
                .withMetrics(passes));
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

  /** The election must not wait for caches. */
  private void beginSoon() {
    Thread.ofPlatform().name("begin").start(this::begin);
  }

  private void begin() {
    try {
      operator.start();
      isAtWork = true;
      ScheduledFuture<?> _ =
          looks.scheduleWithFixedDelay(this::look, 0, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
      LOG.info("at work");
    } catch (RuntimeException failure) {
      LOG.error("the operator cannot begin: {}", rootMessage(failure));
      LOG.debug("because of", failure);
      fatal.run();
    }
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return failure.getMessage() + ": " + root.getMessage();
  }

  private void look() {
    try {
      if (isSynced()) {
        List<String> uids = clusters.all().map(one -> one.getMetadata().getUid()).toList();
        reconciler.keep(uids);
        publisher.keep(uids);
        publisher.look();
        lost.look();
        lookForKinds();
      }
      lookedAtNanos = System.nanoTime();
    } catch (RuntimeException failure) {
      LOG.warn("a look at what has no cluster failed: {}", failure.toString());
    }
  }

  /** Who installs Prometheus' operator later need not touch any cluster. */
  private void lookForKinds() {
    Set<OptionalKind> kinds = served.served();
    if (!kinds.equals(servedBefore)) {
      servedBefore = kinds;
      clusters.all().forEach(watches::nudge);
    }
  }

  private boolean isSynced() {
    return operator.getRuntimeInfo().allEventSourcesAreHealthy();
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
    boolean isLate = System.nanoTime() - lookedAtNanos > LOOK_MAX.toNanos();
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
    List<String> unsynced = watches.unsynced();
    return unsynced.isEmpty() ? Optional.empty() : Optional.of("the caches of " + unsynced);
  }

  /** Lets passes end, and then another operator lead. */
  @Override
  public void close() {
    boolean wasAtWork = isAtWork;
    isAtWork = false;
    looks.shutdownNow();
    if (wasAtWork) {
      operator.stop();
    }
    leadership.close();
    publisher.close();
    someAtATime.close();
  }
}

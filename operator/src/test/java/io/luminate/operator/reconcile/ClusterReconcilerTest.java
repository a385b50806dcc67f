// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.api.reconciler.IndexedResourceCache;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.luminate.crd.LuminateCluster;
import io.luminate.operator.management.OperatorMetrics;
import io.luminate.operator.objects.OperatorPods;
import io.luminate.operator.status.MissingPods;
import io.luminate.operator.watch.Watches;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Passes that are not made, as no cache is there that could be read. */
final class ClusterReconcilerTest {
  private static final LuminateCluster CLUSTER =
      Serialization.unmarshal(
          "metadata: {name: main, namespace: metrics, uid: main-uid}\nspec: {backend: rocksdb}",
          LuminateCluster.class);

  private final KubernetesClient unused = new KubernetesClientBuilder().build();
  private final KnownClusters clusters = new KnownClusters();
  private final Watches watches = new Watches(unused, Set.of(), clusters::all);
  private final OperatorMetrics metrics = new OperatorMetrics();
  private final List<Event> nudged = new ArrayList<>();
  private final Logger log = (Logger) LoggerFactory.getLogger(ClusterReconciler.class);
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
  private boolean isCertain = true;
  private final ClusterReconciler reconciler =
      new ClusterReconciler(
          clusters,
          new CacheOutages(),
          () -> isCertain,
          new ClusterPass.Means(
              watches,
              null,
              null,
              null,
              null,
              null,
              new MissingPods(unused),
              null,
              metrics,
              new OperatorPods("luminate-system", Map.of()),
              "server:test",
              InstantSource.system()));

  @BeforeEach
  void follow() {
    clusters.follow(new OneCluster());
    watches.of(Pod.class).setEventHandler(nudged::add);
    logged.start();
    log.addAppender(logged);
  }

  @AfterEach
  void close() {
    log.detachAppender(logged);
    unused.close();
  }

  private long afterMillis() {
    return reconciler.reconcile(CLUSTER, null).getScheduleDelay().orElseThrow();
  }

  @Test
  void passThatWasTurnedAway_isMadeOnceCachesAreBack_andOnce() {
    reconciler.goOn(Watches.ANYWHERE);
    assertThat(nudged).as("nothing was turned away").isEmpty();
    for (long longest : new long[] {1_000, 2_000, 4_000}) {
      assertThat(afterMillis()).isEqualTo(longest);
    }
    reconciler.goOn(Watches.ANYWHERE);
    assertThat(nudged)
        .singleElement()
        .extracting(Event::getRelatedCustomResourceID)
        .isEqualTo(ResourceID.fromResource(CLUSTER));
    assertThat(afterMillis()).as("waits no longer for what lasted long before").isEqualTo(1_000);
    nudged.clear();
    reconciler.goOn(Watches.ANYWHERE);
    reconciler.goOn(Watches.ANYWHERE);
    assertThat(nudged).hasSize(1);
  }

  @Test
  void operatorThatMayHaveBeenDeposed_doesNothing() {
    isCertain = false;
    assertThat(afterMillis()).isEqualTo(1_000);
    assertThat(afterMillis()).isEqualTo(1_000);
    assertThat(count("put.off")).isZero();
    isCertain = true;
    afterMillis();
    assertThat(count("put.off")).isEqualTo(1);
  }

  @Test
  void passThatWasTurnedAway_isNoneThatFailed() {
    afterMillis();
    assertThat(metrics.registry().get("luminate.operator.reconciliations").timer().count())
        .isZero();
    assertThat(count("failed")).isZero();
    assertThat(count("put.off")).isEqualTo(1);
  }

  @Test
  void kindsThatCannotBeRead_areLoggedOnceForEachOutage() {
    afterMillis();
    afterMillis();
    assertThat(logged.list)
        .singleElement()
        .asString()
        .contains("passes wait, as these kinds cannot be read now: ConfigMap, CronJob");
    reconciler.keep(List.of("main-uid"));
    afterMillis();
    assertThat(logged.list).as("it is the same outage").hasSize(1);
    reconciler.goOn(Watches.ANYWHERE);
    afterMillis();
    assertThat(logged.list).hasSize(2);
  }

  private double count(String which) {
    return metrics.registry().get("luminate.operator.reconciliations." + which).counter().count();
  }

  private static final class OneCluster implements IndexedResourceCache<LuminateCluster> {
    @Override
    public List<LuminateCluster> byIndex(String index, String key) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Stream<LuminateCluster> list(Predicate<LuminateCluster> which) {
      return Stream.of(CLUSTER).filter(which);
    }

    @Override
    public Stream<LuminateCluster> list(String namespace, Predicate<LuminateCluster> which) {
      return list(which);
    }

    @Override
    public Optional<LuminateCluster> get(ResourceID id) {
      return list(_ -> true).filter(one -> ResourceID.fromResource(one).equals(id)).findFirst();
    }

    @Override
    public Stream<ResourceID> keys() {
      return list(_ -> true).map(ResourceID::fromResource);
    }
  }
}

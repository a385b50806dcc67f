// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.applying;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.luminate.operator.objects.ObjectKey;
import io.luminate.operator.objects.OptionalKind;
import io.luminate.operator.reconcile.WatchedObjects;
import io.luminate.operator.watch.Watches;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Objects of kinds that the API server need not have, while it has them. */
final class WatchedOptionalKindsTest {
  private static final ObjectKey KEY =
      new ObjectKey("monitoring.coreos.com/v1", "ServiceMonitor", "main");

  private final KubernetesClient person = RealApi.shared().person();
  private final String namespace = RealApi.shared().newNamespace();
  private final List<ResourceID> told = new CopyOnWriteArrayList<>();
  private final Watches watches =
      new Watches(RealApi.shared().operator(), Set.of(namespace), Stream::empty);
  private final WatchedObjects objects = new WatchedObjects(watches, RealApi.shared().operator());

  @Test
  void object_isFoundWithoutARequest_andItsChangesAreToldOf() throws InterruptedException {
    watches
        .all()
        .forEach(
            kind -> kind.setEventHandler(event -> told.add(event.getRelatedCustomResourceID())));
    CustomResourceDefinition definition =
        person.resource(ServedKindsTest.serviceMonitors()).create();
    try {
      awaitWatched();
      assertFoundAndTold();
      watches.optional().watch(Set.of());
      assertThat(found()).as("asked for by its name").isPresent();
    } finally {
      endWatching(definition);
    }
  }

  @Test
  void kindThatHasGone_isLeftAlone_untilItIsSaidToBeBack() throws InterruptedException {
    CustomResourceDefinition definition =
        person.resource(ServedKindsTest.serviceMonitors()).create();
    try {
      awaitWatched();
      person.resource(definition).delete();
      await(() -> !watches.optional().isSynced(OptionalKind.SERVICE_MONITOR));
      await(() -> !isServed());
      Thread.sleep(2_000);
      RealApi.shared().takeRequests();
      Thread.sleep(5_000);
      assertThat(RealApi.shared().takeRequests())
          .as("in five seconds")
          .noneMatch(request -> request.endsWith("/servicemonitors"));
      person.resource(ServedKindsTest.serviceMonitors()).create();
      awaitWatched();
    } finally {
      endWatching(definition);
    }
  }

  private void awaitWatched() throws InterruptedException {
    await(() -> isServed());
    watches.optional().watch(Set.of(OptionalKind.SERVICE_MONITOR));
    await(() -> watches.optional().isSynced(OptionalKind.SERVICE_MONITOR));
  }

  private void endWatching(CustomResourceDefinition definition) throws InterruptedException {
    watches.optional().close();
    person.resource(definition).delete();
    await(() -> !isServed());
  }

  private void assertFoundAndTold() throws InterruptedException {
    GenericKubernetesResource made = person.resource(monitor()).create();
    await(() -> found().isPresent());
    await(() -> told.contains(new ResourceID("main", namespace)));
    RealApi.shared().takeRequests();
    assertThat(found().orElseThrow().getMetadata().getUid()).isEqualTo(made.getMetadata().getUid());
    assertThat(objects.find(namespace, new ObjectKey(KEY.apiVersion(), KEY.kind(), "other")))
        .isEmpty();
    assertThat(RealApi.shared().takeRequests()).isEmpty();
    told.clear();
    made.getMetadata().getLabels().put("app.kubernetes.io/instance", "another");
    person.resource(made).update();
    await(() -> told.contains(new ResourceID("another", namespace)));
    assertThat(told).as("that has lost it").contains(new ResourceID("main", namespace));
  }

  private Optional<HasMetadata> found() {
    return objects.find(namespace, KEY);
  }

  private GenericKubernetesResource monitor() {
    return new GenericKubernetesResourceBuilder()
        .withApiVersion(KEY.apiVersion())
        .withKind(KEY.kind())
        .withNewMetadata()
        .withNamespace(namespace)
        .withName("main")
        .addToLabels(Map.of("luminate.io/watch", "true", "app.kubernetes.io/instance", "main"))
        .endMetadata()
        .addToAdditionalProperties("spec", Map.of("endpoints", List.of()))
        .build();
  }

  private boolean isServed() {
    return ServedKindsTest.isServed(person);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("it took too long").isLessThan(deadlineNanos);
      Thread.sleep(20);
    }
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.applying;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.luminate.crd.LuminateCluster;
import io.luminate.operator.objects.OptionalKind;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A definition that waits for an object that somebody holds back: nothing else is made of it. */
final class OptionalKindGoesTest {
  private final TestNamespace place = new TestNamespace();
  private final KubernetesClient person = RealApi.shared().person();

  @Test
  void kindThatIsGoing_isNoError() throws InterruptedException {
    CustomResourceDefinition definition =
        person.resource(ServedKindsTest.serviceMonitors()).create();
    awaitServed(true);
    GenericKubernetesResource held = person.resource(monitor("held")).create();
    try {
      person.resource(definition).delete();
      assertThatThrownBy(() -> person.resource(monitor("another")).create())
          .hasMessageContaining("is terminating");
      LuminateCluster cluster = place.cluster(TestNamespace.ROCKSDB, TestNamespace.OPEN);
      place.sync();
      assertThat(refusals(cluster)).isEmpty();
      assertThat(refusals(cluster)).as("a moment later").isEmpty();
    } finally {
      held.getMetadata().setFinalizers(List.of());
      person.resource(held).replace();
      awaitServed(false);
    }
  }

  private List<Refusal> refusals(LuminateCluster cluster) {
    return place.apply(cluster, place.objects(cluster, OptionalKind.SERVICE_MONITOR)).refusals();
  }

  private GenericKubernetesResource monitor(String name) {
    return new GenericKubernetesResourceBuilder()
        .withApiVersion("monitoring.coreos.com/v1")
        .withKind("ServiceMonitor")
        .withNewMetadata()
        .withNamespace(place.namespace)
        .withName(name)
        .withFinalizers("example.com/held")
        .endMetadata()
        .build();
  }

  private void awaitServed(boolean isServed) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (ServedKindsTest.isServed(person) != isServed) {
      assertThat(System.nanoTime()).as("it took too long").isLessThan(deadlineNanos);
      Thread.sleep(50);
    }
  }
}

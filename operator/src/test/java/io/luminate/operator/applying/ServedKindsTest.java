// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.applying;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.luminate.operator.objects.OptionalKind;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Kinds that come and go while the operator runs. */
final class ServedKindsTest {
  private final KubernetesClient person = RealApi.shared().person();

  @Test
  void kindThatIsInstalled_isSeenAfterHalfAMinute_andGoesAgain() throws InterruptedException {
    TestClock clock = new TestClock();
    ServedKinds kinds = new ServedKinds(RealApi.shared().operator(), clock);
    assertThat(kinds.look(false)).isTrue();
    assertThat(kinds.served()).isEmpty();
    CustomResourceDefinition definition = person.resource(serviceMonitors()).create();
    awaitServed(true);
    RealApi.shared().takeRequests();
    assertThat(kinds.look(false)).as("not asked yet").isFalse();
    assertThat(kinds.served()).isEmpty();
    clock.pass(ServedKinds.AGE_MAX);
    assertThat(kinds.served()).as("asked by who looks alone").isEmpty();
    assertThat(RealApi.shared().takeRequests()).isEmpty();
    assertThat(kinds.look(false)).isTrue();
    assertThat(kinds.served()).containsExactly(OptionalKind.SERVICE_MONITOR);
    person.resource(definition).delete();
    awaitServed(false);
    clock.pass(ServedKinds.DOUBTED_AGE_MAX);
    assertThat(kinds.look(false)).as("nobody has missed one").isFalse();
    assertThat(kinds.look(true)).isTrue();
    assertThat(kinds.served()).isEmpty();
    assertThat(kinds.look(true)).as("asked a moment ago").isFalse();
  }

  /** With the real one's names and with any content. */
  static CustomResourceDefinition serviceMonitors() {
    return new CustomResourceDefinitionBuilder()
        .withNewMetadata()
        .withName("servicemonitors.monitoring.coreos.com")
        .addToAnnotations("api-approved.kubernetes.io", "unapproved, a test")
        .endMetadata()
        .withNewSpec()
        .withGroup("monitoring.coreos.com")
        .withScope("Namespaced")
        .withNewNames()
        .withKind("ServiceMonitor")
        .withPlural("servicemonitors")
        .endNames()
        .addNewVersion()
        .withName("v1")
        .withServed(true)
        .withStorage(true)
        .withNewSchema()
        .withNewOpenAPIV3Schema()
        .withType("object")
        .withXKubernetesPreserveUnknownFields(true)
        .endOpenAPIV3Schema()
        .endSchema()
        .endVersion()
        .endSpec()
        .build();
  }

  static boolean isServed(KubernetesClient kubernetes) {
    ServedKinds kinds = new ServedKinds(kubernetes, new TestClock());
    kinds.look(false);
    return kinds.served().contains(OptionalKind.SERVICE_MONITOR);
  }

  private void awaitServed(boolean served) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (isServed(person) != served) {
      assertThat(System.nanoTime()).as("it took too long").isLessThan(deadlineNanos);
      Thread.sleep(50);
    }
  }

  /** Limits and retention do without. */
  @Test
  void apiServerThatNeverAnswered_isNoFailure_andThereAreNone() {
    try (KubernetesClient nobody =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder()
                    .withMasterUrl("http://127.0.0.1:1")
                    .withRequestRetryBackoffLimit(0)
                    .build())
            .build()) {
      ServedKinds kinds = new ServedKinds(nobody, new TestClock());
      assertThat(kinds.look(false)).isTrue();
      assertThat(kinds.served()).isEmpty();
    }
  }
}

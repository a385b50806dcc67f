// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import static io.luminate.operator.status.Observed.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.luminate.kube.testkit.ApiServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pods that nobody makes, and what events of a real API server say of them. */
final class MissingPodsTest {
  private static final Instant LOOKED = NOW.plus(MissingPods.LOOK_AFTER);
  private static final Instant SILENT = NOW.plus(MissingPods.SILENT_MAX);
  private static final String REFUSED =
      "create Pod main-0 in StatefulSet main failed: no such class";

  private final String namespace = "missing-" + UUID.randomUUID();
  private final String uid = UUID.randomUUID().toString();
  private final KubernetesClient kubernetes =
      new KubernetesClientBuilder()
          .withConfig(Config.fromKubeconfig(ApiServer.shared().access().kubeconfig()))
          .build();
  private final MissingPods missing = new MissingPods(kubernetes);

  @BeforeEach
  void inAFreshNamespace() {
    kubernetes
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
  }

  @AfterEach
  void disconnect() {
    kubernetes.close();
  }

  @Test
  void podThatIsAwayForAMoment_isNotMissed() {
    assertThat(at(NOW, "replicas: 0").why()).isEmpty();
    assertThat(at(NOW, "replicas: 0").due()).contains(LOOKED);
    assertThat(at(LOOKED.minusMillis(1), "replicas: 0").why()).isEmpty();
    assertThat(at(LOOKED, "replicas: 1").due()).as("it is back").isEmpty();
    tell("FailedCreate", uid, REFUSED, NOW);
    assertThat(at(LOOKED, "replicas: 0").due()).contains(LOOKED.plus(MissingPods.LOOK_AFTER));
  }

  @Test
  void event_saysWhy_andTheLatestCounts() {
    tell("FailedCreate", uid, REFUSED, NOW);
    tell("FailedCreate", uid, "before", NOW.minusSeconds(9));
    tell("FailedCreate", UUID.randomUUID().toString(), "of another", NOW.plusSeconds(9));
    tell("SuccessfulCreate", uid, "of a claim", NOW.plusSeconds(9));
    at(NOW, "replicas: 0");
    assertThat(at(LOOKED, "replicas: 0").why()).contains(REFUSED);
    assertThat(at(LOOKED, "replicas: 0").due())
        .as("the reason may become another")
        .contains(LOOKED.plus(Duration.ofMinutes(1)));
    assertThat(at(LOOKED, "replicas: 1")).isEqualTo(at(NOW, "replicas: 1"));
  }

  @Test
  void controllerThatSaysNothing_hasLonger() {
    at(NOW, "replicas: 0");
    assertThat(at(LOOKED, "replicas: 0").why()).isEmpty();
    assertThat(at(LOOKED, "replicas: 0").due()).contains(LOOKED.plus(MissingPods.LOOK_AFTER));
    assertThat(at(SILENT.minusMillis(1), "replicas: 0").why()).isEmpty();
    assertThat(at(SILENT, "replicas: 0").why().orElseThrow()).contains("StatefulSet main");
  }

  @Test
  void operatorThatBegins_goesOnWithWhatWasSaid() {
    Observed before = seen("replicas: 0");
    before.notCreated = Optional.of(REFUSED);
    Observed after = seen("replicas: 0");
    after.cluster.setStatus(before.status());
    assertThat(missing.of(after.observation(), NOW).why()).isPresent();
  }

  @Test
  void setThatItsControllerHasNotSeen_orThatHasNoneToHave_missesNothing() {
    for (String status : List.of("observedGeneration: 3", "replicas: 1", "replicas: 2")) {
      at(NOW, status);
      assertThat(at(SILENT, status)).as(status).isEqualTo(at(NOW, "replicas: 1"));
    }
    Observed none = seen("replicas: 0");
    ((StatefulSet) none.workload.orElseThrow()).getSpec().setReplicas(0);
    assertThat(missing.of(none.observation(), SILENT).due()).isEmpty();
    Observed made = seen("replicas: 0");
    made.pods = List.of(Observed.pod("main-0", "{}"));
    assertThat(missing.of(made.observation(), SILENT).due()).as("it is there by now").isEmpty();
  }

  private MissingPods.Found at(Instant now, String status) {
    return missing.of(seen(status).observation(), now);
  }

  private Observed seen(String status) {
    Observed seen = new Observed();
    seen.workload =
        Optional.of(
            Serialization.unmarshal(
                """
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: main, namespace: %s, uid: %s, generation: 4}
                spec: {replicas: 1, template: {spec: {containers: []}}}
                status: {observedGeneration: 4}
                """
                    .formatted(namespace, uid)
                    .replace("observedGeneration: 4", merged(status)),
                StatefulSet.class));
    return seen;
  }

  private static String merged(String status) {
    return status.startsWith("observed") ? status : "observedGeneration: 4, " + status;
  }

  /** As a controller does. */
  private void tell(String reason, String regarding, String note, Instant last) {
    Event event =
        new EventBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withGenerateName("main.")
            .endMetadata()
            .withNewInvolvedObject()
            .withApiVersion("apps/v1")
            .withKind("StatefulSet")
            .withNamespace(namespace)
            .withName("main")
            .withUid(regarding)
            .endInvolvedObject()
            .withType("Warning")
            .withReason(reason)
            .withMessage(note)
            .withFirstTimestamp(last.toString())
            .withLastTimestamp(last.toString())
            .build();
    kubernetes.v1().events().resource(event).create();
  }
}

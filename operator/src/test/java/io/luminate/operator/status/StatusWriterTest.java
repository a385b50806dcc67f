// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import static io.luminate.operator.status.Observed.LATER;
import static io.luminate.operator.status.Observed.NOW;
import static io.luminate.operator.status.Observed.said;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.luminate.crd.LuminateCluster;
import io.luminate.crd.LuminateClusterStatus;
import io.luminate.crd.RetentionPolicy;
import io.luminate.crd.TenantQuota;
import io.luminate.kube.testkit.ApiServer;
import io.luminate.operator.objects.SecretValue;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Statuses and events as a real API server takes them. */
class StatusWriterTest {
  private static KubernetesClient kubernetes;
  private static int namespaces;

  private StatusWriter writer;
  private String namespace;

  @BeforeAll
  static void connect() throws IOException {
    kubernetes =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(ApiServer.shared().access().kubeconfig()))
            .build();
    Definitions.define(kubernetes);
  }

  @AfterAll
  static void disconnect() {
    kubernetes.close();
  }

  @BeforeEach
  void inAFreshNamespace() {
    namespace = "status-" + ++namespaces;
    kubernetes
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
    writer = new StatusWriter(kubernetes, new EventWriter(kubernetes, () -> NOW, "operator-1"));
  }

  @Test
  void status_isWrittenOnceAndSpecIsNotTouched() {
    LuminateCluster made = create(Observed.cluster(""));
    assertThat(said(made.getStatus().conditions(), "Ready")).isEqualTo("Unknown/Pending");
    LuminateClusterStatus status = well(made);
    assertThat(writer.write(made, status)).isTrue();

    LuminateCluster live = live(made);
    assertThat(live.getStatus()).isEqualTo(status);
    assertThat(live.getSpec()).isEqualTo(made.getSpec());
    assertThat(live.getMetadata().getGeneration()).isEqualTo(made.getMetadata().getGeneration());
    assertThat(live.getMetadata().getManagedFields())
        .filteredOn(one -> "luminate-operator-status".equals(one.getManager()))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.getSubresource()).isEqualTo("status");
              assertThat(one.getOperation()).isEqualTo("Apply");
              assertThat(one.getFieldsV1().getAdditionalProperties()).containsOnlyKeys("f:status");
            });
  }

  @Test
  void sameObservation_writesNothing() {
    LuminateCluster made = create(Observed.cluster(""));
    writer.write(made, well(made));
    LuminateCluster live = live(made);
    for (int pass = 0; pass < 3; pass++) {
      Observed seen = new Observed();
      seen.cluster = live;
      assertThat(writer.write(live, ClusterStatus.of(seen.observation(), LATER))).isFalse();
    }
    assertThat(live(made).getMetadata().getResourceVersion())
        .isEqualTo(live.getMetadata().getResourceVersion());
  }

  @Test
  void conditionOfSomebodyElse_staysAndIsNoDifference() {
    LuminateCluster made = create(Observed.cluster(""));
    writer.write(made, well(made));
    kubernetes
        .resource(made)
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON),
            "[{\"op\": \"add\", \"path\": \"/status/conditions/0\", \"value\": {\"type\": \"Backup\","
                + " \"status\": \"True\", \"reason\": \"Done\", \"message\": \"\","
                + " \"lastTransitionTime\": \"2026-03-01T12:00:00Z\"}}]");
    LuminateCluster live = live(made);
    assertThat(writer.write(live, well(live))).isFalse();
    live.getMetadata().setGeneration(9L);
    assertThat(writer.write(live, well(live))).isTrue();
    assertThat(said(live(made).getStatus().conditions(), "Backup")).isEqualTo("True/Done");
  }

  @Test
  void policyAndQuota_areWritten() {
    RetentionPolicy policy = create(Observed.policy("api", "api_*"));
    TenantQuota quota = create(Observed.quota("acme", "acme"));
    ClusterView missing = new ClusterView.Missing("main");
    assertThat(writer.write(policy, PolicyStatus.of(policy, missing, NOW))).isTrue();
    assertThat(writer.write(quota, QuotaStatus.of(quota, missing, NOW))).isTrue();
    assertThat(said(live(policy).getStatus().conditions(), "Ready"))
        .isEqualTo("False/ClusterNotFound");
    assertThat(said(live(quota).getStatus().conditions(), "NearLimit"))
        .isEqualTo("Unknown/NotMeasured");
  }

  @Test
  void resourceThatIsGoneOrAnother_isNotToldOf() {
    LuminateCluster made = create(Observed.cluster(""));
    kubernetes.resource(made).delete();
    assertThat(writer.write(made, well(made))).isFalse();
    LuminateCluster anew = create(Observed.cluster(""));
    assertThat(writer.write(made, well(made))).isFalse();
    assertThat(live(anew)).isEqualTo(anew);
    assertThat(kubernetes.events().v1().events().inNamespace(namespace).list().getItems())
        .isEmpty();
  }

  /** Its caches are behind, as after each status that it wrote just now. */
  @Test
  void resourceThatSomebodyChangedMeanwhile_isToldOf() {
    LuminateCluster made = create(Observed.cluster(""));
    LuminateCluster changed = live(made);
    changed.getMetadata().setLabels(Map.of("example.com/team", "edge"));
    kubernetes.resource(changed).update();
    assertThat(writer.write(made, well(made))).isTrue();
    assertThat(live(made).getStatus()).isEqualTo(well(made));
    assertThat(live(made).getMetadata().getLabels()).containsEntry("example.com/team", "edge");
  }

  @Test
  void transitions_areEventsAndTheSameAgainIsCounted() {
    LuminateCluster made = create(Observed.cluster(""));
    writer.write(made, well(made));
    for (int i = 0; i < 2; i++) {
      LuminateCluster live = live(made);
      Observed seen = new Observed();
      seen.cluster = live;
      seen.missingSecrets = List.of(new SecretValue("luminate-secrets", "jwt"));
      writer.write(live, ClusterStatus.of(seen.observation(), LATER));
      writer.write(live(made), well(live(made)));
    }
    List<Event> events = kubernetes.events().v1().events().inNamespace(namespace).list().getItems();
    Event missing = one(events, "SecretNotFound");
    assertThat(missing.getType()).isEqualTo("Warning");
    assertThat(missing.getNote()).contains("luminate-secrets (key jwt)");
    assertThat(missing.getRegarding().getUid()).isEqualTo(made.getMetadata().getUid());
    assertThat(missing.getSeries().getCount()).isEqualTo(2);
    assertThat(one(events, "Serving").getSeries().getCount()).isEqualTo(3);
  }

  private static Event one(List<Event> events, String reason) {
    return events.stream()
        .filter(event -> event.getReason().equals(reason))
        .reduce(
            (_, _) -> {
              throw new AssertionError("two of " + reason);
            })
        .orElseThrow();
  }

  private static LuminateClusterStatus well(LuminateCluster cluster) {
    Observed seen = new Observed();
    seen.cluster = cluster;
    return seen.status();
  }

  private <T extends HasMetadata> T create(T resource) {
    resource.getMetadata().setNamespace(namespace);
    resource.getMetadata().setUid(null);
    resource.getMetadata().setCreationTimestamp(null);
    return kubernetes.resource(resource).create();
  }

  private static <T extends HasMetadata> T live(T resource) {
    return kubernetes.resource(resource).get();
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import static io.luminate.operator.status.Observed.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.luminate.crd.LuminateResource;
import io.luminate.crd.RetentionPolicy;
import io.luminate.crd.TenantQuota;
import io.luminate.operator.document.NextDocument;
import io.luminate.operator.document.Verdict;
import io.luminate.operator.objects.SecretValue;
import io.luminate.operator.publishing.Outcome;
import io.luminate.operator.publishing.PodAnswers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import party.iroiro.luajava.Lua;
import party.iroiro.luajava.lua51.Lua51;

/** What tools make of a status that wait for a resource: Argo CD by our Lua, Flux by kstatus. */
class WaitingToolsTest {
  private static final Path HEALTH = Path.of("argocd", "health.lua");

  /** A resource, what Argo CD says of it, and what Flux says. */
  static Stream<Arguments> resources() {
    return Stream.concat(clusters(), quotasAndPolicies());
  }

  private static Stream<Arguments> clusters() {
    return Stream.of(
        row("all is well", _ -> {}, "Healthy", "Current"),
        row(
            "an operator has not come",
            o -> o.cluster.setStatus(null),
            "Progressing",
            "InProgress"),
        row(
            "an old generation is meant",
            o -> o.cluster.getMetadata().setGeneration(8L),
            "Progressing",
            "InProgress"),
        cluster(
            "pods are replaced",
            o -> o.workload = Optional.of(Observed.deployment(3, 4, 3, 1)),
            "Progressing",
            "InProgress"),
        cluster(
            "pods start",
            o -> o.workload = Optional.of(Observed.deployment(3, 3, 1, 3)),
            "Progressing",
            "InProgress"),
        cluster(
            "the pass failed",
            o -> o.lastPass = new LastPass.Failed("no"),
            "Progressing",
            "InProgress"),
        cluster(
            "a person is needed",
            o -> o.missingSecrets = List.of(new SecretValue("s", "k")),
            "Degraded",
            "Failed"),
        cluster(
            "it is paused",
            o -> o.cluster = Observed.cluster("paused: true"),
            "Suspended",
            "Current"),
        cluster(
            "storage is away",
            o -> o.storage = StorageHealth.away("Away."),
            "Degraded",
            "InProgress"));
  }

  private static Stream<Arguments> quotasAndPolicies() {
    return Stream.of(
        quota("a cluster may come", new ClusterView.Missing("main"), "Progressing", "InProgress"),
        quota(
            "the document has no verdict",
            new ClusterView.Present(Observed.published(), false, PodAnswers.NONE),
            "Progressing",
            "InProgress"),
        quota("it counts", decided(new Verdict.Accepted()), "Healthy", "Current"),
        quota(
            "another is for its tenant",
            decided(new Verdict.Conflicted("other")),
            "Degraded",
            "InProgress"),
        policy("a cluster may come", new ClusterView.Missing("main"), "Progressing", "InProgress"),
        policy("it counts", decided(new Verdict.Accepted()), "Healthy", "Current"),
        policy("another counts", decided(new Verdict.Superseded("other")), "Healthy", "Current"),
        policy(
            "there are too many",
            decided(new Verdict.TooManyPolicies(256)),
            "Degraded",
            "InProgress"),
        policy(
            "ClickHouse has not said how far it is",
            decided(new Verdict.Accepted(), true),
            "Progressing",
            "InProgress"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("resources")
  void argoCd_followsTheStatus(String name, JsonNode resource, String argo, String flux)
      throws IOException {
    Map<?, ?> health = argoCd(resource);
    assertThat(health.get("status")).isEqualTo(argo);
    assertThat((String) health.get("message")).isNotBlank();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("resources")
  void flux_followsTheStatus(String name, JsonNode resource, String argo, String flux) {
    assertThat(kstatus(resource)).isEqualTo(flux);
  }

  private static Map<?, ?> argoCd(JsonNode resource) throws IOException {
    try (Lua lua = new Lua51()) {
      lua.push(Serialization.jsonMapper().convertValue(resource, Map.class), Lua.Conversion.FULL);
      lua.setGlobal("obj");
      // As in Argo CD: what may be done to tables, texts and numbers.
      lua.openLibraries();
      lua.load(Files.readString(HEALTH));
      lua.pCall(0, 1);
      return lua.toMap(-1);
    }
  }

  /**
   * The rules of {@code sigs.k8s.io/cli-utils/pkg/kstatus} for kinds that it does not know: {@code
   * checkGenericProperties}, then {@code checkReadyCondition}.
   */
  private static String kstatus(JsonNode resource) {
    JsonNode observed = resource.at("/status/observedGeneration");
    if (observed.asLong(-1) != resource.at("/metadata/generation").asLong()) {
      return "InProgress";
    }
    if (status(resource, "Reconciling").equals("True")) {
      return "InProgress";
    }
    if (status(resource, "Stalled").equals("True")) {
      return "Failed";
    }
    return status(resource, "Ready").equals("True") ? "Current" : "InProgress";
  }

  private static String status(JsonNode resource, String type) {
    for (JsonNode one : resource.at("/status/conditions")) {
      if (one.path("type").asText().equals(type)) {
        return one.path("status").asText();
      }
    }
    return "Unknown";
  }

  private static Arguments cluster(
      String name, Consumer<Observed> change, String argo, String flux) {
    Observed seen = new Observed();
    change.accept(seen);
    seen.cluster.setStatus(seen.status());
    return Arguments.of(name, json(seen.cluster), argo, flux);
  }

  /** Changes the resource after it has its status. */
  private static Arguments row(String name, Consumer<Observed> change, String argo, String flux) {
    Observed seen = new Observed();
    seen.cluster.setStatus(seen.status());
    change.accept(seen);
    return Arguments.of(name, json(seen.cluster), argo, flux);
  }

  private static Arguments quota(String name, ClusterView cluster, String argo, String flux) {
    TenantQuota quota = Observed.quota("acme", "acme");
    quota.setStatus(QuotaStatus.of(quota, cluster, NOW));
    return Arguments.of("quota: " + name, json(quota), argo, flux);
  }

  private static Arguments policy(String name, ClusterView cluster, String argo, String flux) {
    RetentionPolicy policy = Observed.policy("debug", "debug_*");
    policy.setStatus(PolicyStatus.of(policy, cluster, NOW));
    return Arguments.of("policy: " + name, json(policy), argo, flux);
  }

  private static ClusterView decided(Verdict verdict) {
    return decided(verdict, false);
  }

  /** What a document says of the quota and of the policy, which its pod has. */
  private static ClusterView decided(Verdict verdict, boolean hasTtl) {
    NextDocument made = Observed.document(List.of(), List.of());
    NextDocument next =
        new NextDocument(
            made.document(),
            true,
            Map.of("acme", verdict),
            Map.of("debug", verdict),
            Optional.empty());
    return new ClusterView.Present(
        Observed.pass(new Outcome.Published(), next, Observed.applied("main-1")),
        hasTtl,
        PodAnswers.NONE);
  }

  private static JsonNode json(LuminateResource<?, ?> resource) {
    return Serialization.jsonMapper().valueToTree(resource);
  }
}

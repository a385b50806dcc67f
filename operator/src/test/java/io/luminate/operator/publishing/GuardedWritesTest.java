// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.luminate.crd.LuminateCluster;
import io.luminate.kube.testkit.ApiServer;
import io.luminate.operator.document.PublishedDocument;
import io.luminate.operator.objects.ObjectLabels;
import io.luminate.operator.objects.Ownership;
import io.luminate.operator.objects.PodFiles;
import io.luminate.operator.publishing.GuardedObjects.Seen;
import io.luminate.operator.publishing.InternalToken.Found;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The ConfigMap and the Secret, over an API server's own rules about versions of objects. */
final class GuardedWritesTest {
  private static final Instant NOW = Instant.parse("2026-03-11T12:00:00Z");

  private static KubernetesClient kubernetes;

  private int made;
  private final String namespace = "guarded-" + UUID.randomUUID();
  private final LuminateCluster cluster = TestCluster.cluster();
  private final LimitsConfigMap configMaps = new LimitsConfigMap(kubernetes);
  private final InternalToken secrets =
      new InternalToken(kubernetes, () -> "token-%032d".formatted(++made));

  @BeforeAll
  static void connect() {
    kubernetes =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(ApiServer.shared().access().kubeconfig()))
            .build();
  }

  @AfterAll
  static void disconnect() {
    kubernetes.close();
  }

  @BeforeEach
  void makeNamespace() {
    kubernetes
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
    cluster.getMetadata().setNamespace(namespace);
  }

  private static PublishedDocument document(int version) {
    String text = "{\"version\":%d,\"tenants\":{}}".formatted(version);
    return PublishedDocument.read(text.getBytes(StandardCharsets.UTF_8));
  }

  private static long version(Seen<ConfigMap> seen) {
    return LimitsConfigMap.document(seen).orElseThrow().version();
  }

  private Secret secret() {
    return kubernetes.secrets().inNamespace(namespace).withName("main-internal").get();
  }

  private static String text(Secret secret, String key) {
    return new String(
        Base64.getDecoder().decode(secret.getData().get(key)), StandardCharsets.UTF_8);
  }

  private static Found.Usable usable(Found found) {
    return (Found.Usable) found;
  }

  @Test
  void configMap_ofTwoWhoSawTheSame_oneIsRefused() {
    Seen<ConfigMap> nothing = configMaps.read(cluster);
    assertThat(configMaps.write(cluster, nothing, document(1), 3)).isTrue();
    assertThat(configMaps.write(cluster, nothing, document(9), 3)).isFalse();
    Seen<ConfigMap> first = configMaps.read(cluster);
    assertThat(version(first)).isEqualTo(1);
    assertThat(configMaps.write(cluster, first, document(2), 3)).isTrue();
    assertThat(configMaps.write(cluster, first, document(8), 3)).isFalse();
    assertThat(version(configMaps.read(cluster))).isEqualTo(2);
  }

  @Test
  void configMap_thatIsGoneMeanwhile_isNotMadeFromAnOldView() {
    configMaps.write(cluster, configMaps.read(cluster), document(1), 3);
    Seen<ConfigMap> seen = configMaps.read(cluster);
    kubernetes.resource(seen.own().orElseThrow()).delete();
    assertThat(configMaps.write(cluster, seen, document(2), 3)).isFalse();
    assertThat(configMaps.read(cluster)).isInstanceOf(Seen.Absent.class);
  }

  @Test
  void configMap_ofSomebodyElse_isLeftAlone() {
    kubernetes
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName("main-limits")
                .addToLabels("app.kubernetes.io/managed-by", "luminate-operator")
                .addNewOwnerReference()
                .withApiVersion("luminate.io/v1alpha1")
                .withKind("LuminateCluster")
                .withName("main")
                .withUid("uid-of-an-earlier-cluster")
                .withController(true)
                .endOwnerReference()
                .endMetadata()
                .build())
        .create();
    assertThat(configMaps.read(cluster)).isInstanceOf(Seen.Foreign.class);
  }

  @Test
  void configMap_whatOthersAdded_stays() {
    configMaps.write(cluster, configMaps.read(cluster), document(1), 3);
    ConfigMap live = configMaps.read(cluster).own().orElseThrow();
    live.getMetadata().setAnnotations(Map.of("team", "observability"));
    kubernetes.resource(live).update();
    Seen<ConfigMap> seen = configMaps.read(cluster);
    assertThat(configMaps.write(cluster, seen, document(2), 4)).isTrue();
    ConfigMap now = configMaps.read(cluster).own().orElseThrow();
    assertThat(now.getMetadata().getAnnotations()).containsEntry("team", "observability");
    assertThat(now.getMetadata().getOwnerReferences()).hasSize(1);
    assertThat(now.getData()).isEqualTo(Map.of("replicas", "4"));
  }

  @Test
  void configMap_thatSaysSoAlready_isNotWritten() {
    configMaps.write(cluster, configMaps.read(cluster), document(1), 3);
    Seen<ConfigMap> seen = configMaps.read(cluster);
    assertThat(configMaps.write(cluster, seen, document(1), 3)).isTrue();
    assertThat(configMaps.read(cluster)).isEqualTo(seen);
  }

  /** Without them nobody would watch it any more. */
  @Test
  void configMap_whoseLabelsWereTakenAway_getsThemBack_andKeepsOthers() {
    configMaps.write(cluster, configMaps.read(cluster), document(1), 3);
    ConfigMap live = configMaps.read(cluster).own().orElseThrow();
    Map<String, String> labels = live.getMetadata().getLabels();
    live.getMetadata().setLabels(Map.of("team", "observability", ObjectLabels.WATCH, "no"));
    kubernetes.resource(live).update();
    assertThat(configMaps.write(cluster, configMaps.read(cluster), document(1), 3)).isTrue();
    Seen<ConfigMap> repaired = configMaps.read(cluster);
    assertThat(repaired.own().orElseThrow().getMetadata().getLabels())
        .containsAllEntriesOf(labels)
        .containsEntry(ObjectLabels.WATCH, ObjectLabels.WATCHED)
        .containsEntry("team", "observability");
    assertThat(version(repaired)).isEqualTo(1);
    assertThat(configMaps.write(cluster, repaired, document(1), 3)).isTrue();
    assertThat(configMaps.read(cluster)).as("not written again").isEqualTo(repaired);
  }

  @Test
  void token_whoseLabelsWereTakenAway_getsThemBack_andStays() {
    String token = usable(secrets.ensure(cluster, NOW)).tokens().current();
    Secret bare = secret();
    Map<String, String> labels = bare.getMetadata().getLabels();
    bare.getMetadata().setLabels(Map.of("team", "observability"));
    kubernetes.resource(bare).update();
    Found.Usable found = usable(secrets.ensure(cluster, NOW));
    Secret repaired = secret();
    assertThat(found.tokens().current()).isEqualTo(token).isEqualTo(text(repaired, "current"));
    assertThat(found.secret()).contains(repaired);
    assertThat(repaired.getMetadata().getLabels())
        .containsAllEntriesOf(labels)
        .containsEntry(ObjectLabels.WATCH, ObjectLabels.WATCHED)
        .containsEntry("team", "observability");
    secrets.ensure(cluster, NOW);
    assertThat(secret()).as("not written again").isEqualTo(repaired);
  }

  @Test
  void configMap_thatCannotBeRead_isLost() {
    configMaps.write(cluster, configMaps.read(cluster), document(1), 3);
    ConfigMap live = configMaps.read(cluster).own().orElseThrow();
    for (String bad : new String[] {"!", "aGVsbG8=", "H4sIAAAA"}) {
      live.setBinaryData(Map.of(PodFiles.LIMITS_KEY, bad));
      assertThat(LimitsConfigMap.document(new Seen.Own<>(live))).as(bad).isEmpty();
    }
    live.setBinaryData(Map.of());
    assertThat(LimitsConfigMap.document(new Seen.Own<>(live))).isEmpty();
  }

  @Test
  void token_isMadeOnceAndStays() {
    assertThat(secrets.read(cluster)).isInstanceOf(Found.Missing.class);
    Tokens first = usable(secrets.ensure(cluster, NOW)).tokens();
    Secret secret = secret();
    assertThat(secrets.ensure(cluster, NOW).usable().orElseThrow().current())
        .isEqualTo(first.current())
        .isEqualTo(text(secret, "current"));
    assertThat(secret()).isEqualTo(secret);
    assertThat(Ownership.isOf(cluster, secret)).isTrue();
    assertThat(secret.getData()).containsOnlyKeys("current");
  }

  @Test
  void token_thatIsMadeForReal_cannotBeGuessed() {
    Tokens one = usable(new InternalToken(kubernetes).ensure(cluster, NOW)).tokens();
    kubernetes.resource(secret()).delete();
    Tokens other = usable(new InternalToken(kubernetes).ensure(cluster, NOW)).tokens();
    assertThat(one.current()).matches("[A-Za-z0-9_-]{43}").isNotEqualTo(other.current());
    assertThat(other.previous()).isEmpty();
  }

  @Test
  void token_askedForByAnnotation_isReplacedOnceAndGraceful() {
    String first = usable(secrets.ensure(cluster, NOW)).tokens().current();
    Secret asking = secret();
    asking.getMetadata().getAnnotations().put(InternalToken.ROTATE_ANNOTATION, "true");
    kubernetes.resource(asking).update();
    Found.Usable rotated = usable(secrets.ensure(cluster, NOW.plusSeconds(1)));
    assertThat(rotated.tokens().previous()).contains(first);
    assertThat(rotated.tokens().current()).isNotEqualTo(first);
    assertThat(secret().getMetadata().getAnnotations())
        .doesNotContainKey(InternalToken.ROTATE_ANNOTATION);
    assertThat(text(secret(), "previous")).isEqualTo(first);
    Instant later = NOW.plusSeconds(1).plus(TokenDecision.PREVIOUS_AT_LEAST);
    secrets.settle(cluster, rotated, later, false);
    assertThat(secret().getData()).containsOnlyKeys("current", "previous");
    secrets.settle(cluster, rotated, later, true);
    assertThat(secret().getData()).containsOnlyKeys("current");
    assertThat(text(secret(), "current")).isEqualTo(rotated.tokens().current());
  }

  @Test
  void token_thatSomebodyElseReplacedMeanwhile_isTheirs() {
    Found.Usable seen = usable(secrets.ensure(cluster, NOW));
    Secret rotated =
        new SecretBuilder(secret())
            .addToData("previous", secret().getData().get("current"))
            .build();
    kubernetes.resource(rotated).update();
    Secret before = secret();
    Found stale =
        new Found.Usable(
            seen.tokens(),
            Optional.of(
                new SecretBuilder(rotated)
                    .editMetadata()
                    .withResourceVersion(
                        seen.secret().orElseThrow().getMetadata().getResourceVersion())
                    .endMetadata()
                    .build()));
    secrets.settle(cluster, stale, NOW.plus(TokenDecision.PREVIOUS_AT_LEAST), true);
    assertThat(secret()).isEqualTo(before);
  }

  @Test
  void token_ofSomebodyElse_isNeitherReadNorWritten() {
    kubernetes
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName("main-internal")
                .endMetadata()
                .addToData("current", "dGhlaXJz")
                .build())
        .create();
    Secret theirs = secret();
    assertThat(secrets.read(cluster)).isInstanceOf(Found.Foreign.class);
    assertThat(secrets.ensure(cluster, NOW)).isInstanceOf(Found.Foreign.class);
    assertThat(secret()).isEqualTo(theirs);
  }
}

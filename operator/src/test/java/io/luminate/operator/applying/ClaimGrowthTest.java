// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.applying;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.luminate.crd.LuminateCluster;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Volumes that grow, or may not. */
final class ClaimGrowthTest {
  private static final String CLAIM = "data-main-0";

  private TestNamespace place;

  @BeforeAll
  static void classes() {
    storageClass("growing", true);
    storageClass("fixed", false);
  }

  private static void storageClass(String name, boolean grows) {
    RealApi.shared()
        .person()
        .resource(
            new StorageClassBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withProvisioner("example.com/none")
                .withAllowVolumeExpansion(grows)
                .build())
        .create();
  }

  @BeforeEach
  void start() {
    place = new TestNamespace();
  }

  private LuminateCluster cluster(String size, String... more) {
    return place.cluster(
        TestNamespace.ROCKSDB,
        TestNamespace.OPEN,
        "rocksdb: {storage: {size: %s}}".formatted(size),
        String.join("\n", more));
  }

  private static Map<String, String> labels() {
    return Map.of(
        "luminate.io/watch", "true",
        "app.kubernetes.io/name", "luminate",
        "app.kubernetes.io/instance", "main",
        "app.kubernetes.io/component", "server");
  }

  private static PersistentVolumeClaim claim(
      String storageClass, String size, Map<String, String> labels) {
    return new PersistentVolumeClaimBuilder()
        .withNewMetadata()
        .withName(CLAIM)
        .withLabels(labels)
        .endMetadata()
        .withNewSpec()
        .withAccessModes("ReadWriteOnce")
        .withStorageClassName(storageClass)
        .withVolumeName("volume-1")
        .withNewResources()
        .addToRequests("storage", new Quantity(size))
        .endResources()
        .endSpec()
        .build();
  }

  /** As the StatefulSet's controller makes it, and a provisioner binds it. */
  private void bind(PersistentVolumeClaim claim) {
    PersistentVolumeClaim made =
        place.person.persistentVolumeClaims().inNamespace(place.namespace).resource(claim).create();
    place
        .person
        .resource(
            new PersistentVolumeClaimBuilder(made)
                .withNewStatus()
                .withPhase("Bound")
                .addToCapacity(
                    "storage", made.getSpec().getResources().getRequests().get("storage"))
                .endStatus()
                .build())
        .updateStatus();
  }

  private String requested() {
    PersistentVolumeClaim claim = place.get(PersistentVolumeClaim.class, CLAIM);
    return claim.getSpec().getResources().getRequests().get("storage").toString();
  }

  @Test
  void larger_growsTheClaim_andLeavesTheStatefulSet() {
    place.pass(cluster("10Gi"));
    bind(claim("growing", "10Gi", labels()));
    long generation = place.get(StatefulSet.class).getMetadata().getGeneration();
    AppliedObjects applied = place.pass(cluster("20Gi"));
    assertThat(applied.refusals()).isEmpty();
    assertThat(applied.claim()).contains(new LiveClaim(Optional.of("10Gi"), Optional.empty()));
    assertThat(requested()).isEqualTo("20Gi");
    assertThat(place.get(StatefulSet.class).getMetadata().getGeneration()).isEqualTo(generation);
    place.sync();
    RealApi.shared().takeRequests();
    place.stalePass(cluster("20Gi"));
    assertThat(RealApi.shared().takeRequests()).isEmpty();
  }

  /** What is watched still has it, with the size that it was made with. */
  @Test
  void statefulSetThatIsGoneUnseen_isMadeWithTheSizeOfToday() {
    place.pass(cluster("10Gi"));
    place.sync();
    place.person.resource(place.get(StatefulSet.class)).delete();
    place.stalePass(cluster("20Gi", "pod: {labels: {team: a}}"));
    PersistentVolumeClaim template =
        place.get(StatefulSet.class).getSpec().getVolumeClaimTemplates().getFirst();
    assertThat(ClaimGrowth.requestedQuantity(template)).isEqualTo(new Quantity("20Gi"));
  }

  @Test
  void smaller_neverShrinksTheClaim() {
    place.pass(cluster("10Gi"));
    bind(claim("growing", "30Gi", labels()));
    AppliedObjects applied = place.pass(cluster("20Gi"));
    assertThat(applied.claim()).contains(new LiveClaim(Optional.of("30Gi"), Optional.empty()));
    assertThat(requested()).isEqualTo("30Gi");
  }

  @Test
  void classThatDoesNotGrow_isReported_andNotAskedHot() {
    place.pass(cluster("10Gi"));
    bind(claim("fixed", "10Gi", labels()));
    Refusal refusal = refusal(place.pass(cluster("20Gi")));
    assertThat(refusal.status()).isEqualTo(403);
    assertThat(refusal.object().name()).isEqualTo(CLAIM);
    assertThat(refusal.message()).contains("resize");
    RealApi.shared().takeRequests();
    assertThat(refusal(place.pass(cluster("20Gi")))).isEqualTo(refusal);
    assertThat(RealApi.shared().takeRequests()).isEmpty();
    place.clock.pass(Duration.ofMinutes(1));
    assertThat(refusal(place.pass(cluster("20Gi")))).isEqualTo(refusal);
    assertThat(RealApi.shared().takeRequests()).hasSize(1);
    assertThat(requested()).isEqualTo("10Gi");
  }

  private static Refusal refusal(AppliedObjects applied) {
    return applied.claim().orElseThrow().refusal().orElseThrow();
  }

  @Test
  void pausedCluster_growsNothing() {
    place.pass(cluster("10Gi"));
    bind(claim("growing", "10Gi", labels()));
    LuminateCluster paused = cluster("20Gi", "paused: true");
    assertThat(place.pass(paused).claim())
        .contains(new LiveClaim(Optional.of("10Gi"), Optional.empty()));
    assertThat(requested()).isEqualTo("10Gi");
  }

  @Test
  void isToGrow_onlyABoundSmallerClaimOfTheTemplate() {
    place.pass(cluster("10Gi"));
    StatefulSet set = place.get(StatefulSet.class);
    PersistentVolumeClaim wanted = claim("growing", "2048Mi", labels());
    PersistentVolumeClaim smaller = bound(claim("growing", "1Gi", labels()));
    assertThat(ClaimGrowth.isToGrow(smaller, wanted, set)).isTrue();
    assertThat(ClaimGrowth.isToGrow(bound(claim("growing", "2Gi", labels())), wanted, set))
        .as("the same in other words")
        .isFalse();
    assertThat(ClaimGrowth.isToGrow(claim("growing", "1Gi", labels()), wanted, set))
        .as("not bound")
        .isFalse();
    assertThat(ClaimGrowth.isToGrow(bound(claim("growing", "1Gi", Map.of())), wanted, set))
        .as("nobody's labels")
        .isFalse();
    smaller.getMetadata().setName("data-other-0");
    assertThat(ClaimGrowth.isToGrow(smaller, wanted, set)).as("another's").isFalse();
  }

  private static PersistentVolumeClaim bound(PersistentVolumeClaim claim) {
    return new PersistentVolumeClaimBuilder(claim)
        .withNewStatus()
        .withPhase("Bound")
        .endStatus()
        .build();
  }
}

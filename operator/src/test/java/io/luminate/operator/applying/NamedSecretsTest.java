// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.applying;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.luminate.crd.LuminateCluster;
import io.luminate.operator.objects.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Secrets that clusters name, watched or not. */
final class NamedSecretsTest {
  private static final String AUTH = "auth: {hmacSecretRef: {name: login, key: secret}}";

  private final Map<ObjectKey, HasMetadata> watched = new HashMap<>();

  private TestNamespace place;
  private NamedSecrets secrets;

  @BeforeEach
  void start() {
    place = new TestNamespace();
    secrets =
        new NamedSecrets(
            RealApi.shared().operator(),
            (_, key) -> Optional.ofNullable(watched.get(key)),
            place.clock);
    RealApi.shared().takeRequests();
  }

  private LuminateCluster cluster() {
    return place.cluster(TestNamespace.ROCKSDB, AUTH);
  }

  private Secret secret(String value) {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(place.namespace)
        .withName("login")
        .endMetadata()
        .addToData("secret", value)
        .addToData("unneeded", "bm90IG91cnM=")
        .build();
  }

  private void make(String value) {
    place.person.resource(secret(value)).create();
  }

  @Test
  void unwatched_isReadByName_andAgainAfterAMinute() {
    make("b25l");
    assertThat(secrets.of(cluster()).values())
        .as("only what pods need")
        .isEqualTo(Map.of("login", Map.of("secret", "b25l")));
    place.person.resource(secret("dHdv")).update();
    RealApi.shared().takeRequests();
    place.clock.pass(Duration.ofSeconds(59));
    assertThat(secrets.of(cluster()).values().get("login")).containsEntry("secret", "b25l");
    assertThat(RealApi.shared().takeRequests()).isEmpty();
    place.clock.pass(Duration.ofSeconds(1));
    assertThat(secrets.of(cluster()).values().get("login")).containsEntry("secret", "dHdv");
  }

  /** However many passes other events bring, and when. */
  @Test
  void unwatched_isDueAMinuteAfterItWasRead() {
    make("b25l");
    Instant read = place.clock.instant();
    assertThat(secrets.of(cluster()).due()).contains(read.plus(NamedSecrets.AGE_MAX));
    place.clock.pass(Duration.ofSeconds(59));
    assertThat(secrets.of(cluster()).due()).contains(read.plus(NamedSecrets.AGE_MAX));
    place.clock.pass(Duration.ofSeconds(1));
    assertThat(secrets.of(cluster()).due())
        .contains(read.plus(NamedSecrets.AGE_MAX.multipliedBy(2)));
  }

  @Test
  void watched_comesFromMemory_atOnce() {
    make("b25l");
    secrets.of(cluster());
    RealApi.shared().takeRequests();
    watched.put(new ObjectKey("v1", "Secret", "login"), secret("dHdv"));
    NamedSecrets.Found found = secrets.of(cluster());
    assertThat(found.values()).isEqualTo(Map.of("login", Map.of("secret", "dHdv")));
    assertThat(found.due()).isEmpty();
    assertThat(RealApi.shared().takeRequests()).isEmpty();
  }

  /** Of one that pods do without, no pass fails that would be made again. */
  @Test
  void missing_isReported_andFoundAsSoonAsItIsThere() {
    assertThat(secrets.of(cluster()).values()).isEmpty();
    assertThat(secrets.of(cluster()).due())
        .contains(place.clock.instant().plus(NamedSecrets.AGE_MAX));
    make("b25l");
    assertThat(secrets.of(cluster()).values()).containsOnlyKeys("login");
  }

  @Test
  void deleted_isMissingAfterAMinute() {
    make("b25l");
    secrets.of(cluster());
    place.person.resource(secret("b25l")).delete();
    place.clock.pass(NamedSecrets.AGE_MAX);
    assertThat(secrets.of(cluster()).values()).isEmpty();
  }

  @Test
  void clusterWithoutSecrets_readsNothing() {
    assertThat(secrets.of(place.cluster(TestNamespace.ROCKSDB, TestNamespace.OPEN)).values())
        .isEmpty();
    assertThat(RealApi.shared().takeRequests()).isEmpty();
  }

  @Test
  void text_hidesTheValues() {
    make("b25l");
    assertThat(secrets.of(cluster()).toString()).contains("login").doesNotContain("b25l");
  }
}

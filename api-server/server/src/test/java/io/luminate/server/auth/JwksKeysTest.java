// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.auth;

import static io.luminate.server.auth.Tokens.claims;
import static io.luminate.server.auth.Tokens.signed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.security.KeyPair;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jose4j.jwk.OctetSequenceJsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The limit of time only ends a wait that would never end. */
@Timeout(60)
final class JwksKeysTest {
  private static final KeyPair OLD = Tokens.rsa(2_048);
  private static final KeyPair NEW = Tokens.ec("secp256r1");

  /** Never refreshes by itself within a test; every unknown key is worth an attempt. */
  private static final JwksOptions EAGER =
      new JwksOptions(Duration.ofHours(1), Duration.ofNanos(1_000_000), Duration.ofSeconds(20));

  /** Never makes a second attempt within a test. */
  private static final JwksOptions RARE =
      new JwksOptions(Duration.ofHours(1), Duration.ofHours(1), Duration.ofSeconds(20));

  private final Issuer issuer = new Issuer();

  @AfterEach
  void close() {
    issuer.close();
  }

  @Test
  void authenticate_withPublishedKey() {
    issuer.publishes(Issuer.jwk("old", OLD));
    try (Authenticator authenticator = authenticator(EAGER)) {
      assertThat(authenticator.authenticate(old()).subject()).isEqualTo("org_abc123");
    }
  }

  @Test
  void authenticate_rotation_newKeyAtOnce_oldKeyUntilWithdrawn() {
    issuer.publishes(Issuer.jwk("old", OLD));
    try (Authenticator authenticator = authenticator(EAGER)) {
      authenticator.authenticate(old());
      issuer.publishes(Issuer.jwk("old", OLD), Issuer.jwk("new", NEW));
      eventually(authenticator, fresh());
      assertThat(authenticator.authenticate(old())).isNotNull();

      issuer.publishes(Issuer.jwk("new", NEW));
      KeyPair third = Tokens.ec("secp384r1");
      String unknown = "Bearer " + signed("ES384", third.getPrivate(), "third", claims());
      int before = issuer.requests();
      while (issuer.requests() == before) {
        assertRefused(authenticator, unknown, AuthException.Reason.UNAUTHORIZED);
      }
      assertRefused(authenticator, old(), AuthException.Reason.UNAUTHORIZED);
      assertThat(authenticator.authenticate(fresh())).isNotNull();
    }
  }

  @Test
  void refresh_inTheBackground() throws InterruptedException {
    issuer.publishes(Issuer.jwk("old", OLD));
    JwksOptions often =
        new JwksOptions(Duration.ofMillis(2), Duration.ofMillis(1), Duration.ofSeconds(20));
    try (JwksKeys keys = JwksKeys.start(issuer.url(), often)) {
      long version = keys.version();
      issuer.publishes(Issuer.jwk("new", NEW));
      while (keys.version() == version) {
        TimeUnit.MILLISECONDS.sleep(1);
      }
      assertThat(keys.find("new", "ES256")).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 404, 302, 204})
  void authenticate_outage_keepsLastKeys(int status) {
    issuer.publishes(Issuer.jwk("old", OLD));
    try (Authenticator authenticator = authenticator(EAGER)) {
      issuer.answers(status, "");
      int before = issuer.requests();
      while (issuer.requests() == before) {
        assertRefused(authenticator, fresh(), AuthException.Reason.UNAUTHORIZED);
      }
      assertThat(authenticator.authenticate(old())).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "garbage", "[]", "{}", "{\"keys\":[]}", "{\"keys\":7}", "{\"keys\":[7]}"})
  void authenticate_nonsensePublished_keepsLastKeys(String body) {
    issuer.publishes(Issuer.jwk("old", OLD));
    try (Authenticator authenticator = authenticator(EAGER)) {
      issuer.answers(200, body);
      int before = issuer.requests();
      while (issuer.requests() == before) {
        assertRefused(authenticator, fresh(), AuthException.Reason.UNAUTHORIZED);
      }
      assertThat(authenticator.authenticate(old())).isNotNull();
    }
  }

  @Test
  void authenticate_issuerGone_keepsLastKeys() {
    issuer.publishes(Issuer.jwk("old", OLD));
    try (Authenticator authenticator = authenticator(EAGER)) {
      issuer.close();
      assertRefused(authenticator, fresh(), AuthException.Reason.UNAUTHORIZED);
      assertThat(authenticator.authenticate(old())).isNotNull();
    }
  }

  @Test
  void authenticate_awayFromTheStart_isNotTheCallersFault_andRecovers() {
    issuer.answers(503, "");
    try (Authenticator authenticator = authenticator(EAGER)) {
      assertRefused(authenticator, old(), AuthException.Reason.KEYS_UNAVAILABLE);
      issuer.publishes(Issuer.jwk("old", OLD));
      eventually(authenticator, old());
    }
  }

  @Test
  void authenticate_hugeDocument_isRefused() {
    issuer.answers(200, "{\"keys\":[],\"padding\":\"" + "x".repeat(300_000) + "\"}");
    try (JwksKeys keys = JwksKeys.start(issuer.url(), RARE)) {
      assertThat(keys.version()).isZero();
    }
  }

  /** The timeout must cover a body that never ends. */
  @Test
  void start_issuerHangs_isBounded() {
    issuer.hangs();
    JwksOptions short_ =
        new JwksOptions(Duration.ofHours(1), Duration.ofHours(1), Duration.ofMillis(50));
    try (JwksKeys keys = JwksKeys.start(issuer.url(), short_)) {
      assertThat(keys.version()).isZero();
    }
  }

  @Test
  void authenticate_unknownKeys_doNotFloodTheIssuer() throws InterruptedException {
    issuer.publishes(Issuer.jwk("old", OLD));
    try (Authenticator authenticator = authenticator(RARE)) {
      CountDownLatch done = new CountDownLatch(4);
      for (int thread = 0; thread < 4; thread++) {
        int offset = thread * 100;
        Thread.ofVirtual()
            .start(
                () -> {
                  for (int i = 0; i < 50; i++) {
                    String kid = "unknown-" + (offset + i);
                    String token = signed("ES256", NEW.getPrivate(), kid, claims());
                    catchThrowableOfType(
                        AuthException.class, () -> authenticator.authenticate("Bearer " + token));
                  }
                  done.countDown();
                });
      }
      done.await();
      assertThat(issuer.requests()).isEqualTo(1);
    }
  }

  @Test
  void authenticate_withoutKid_onlyWithoutChoice() {
    String token = "Bearer " + signed("RS256", OLD.getPrivate(), claims());
    issuer.publishes(Issuer.jwk("old", OLD), Issuer.jwk("new", NEW));
    try (Authenticator authenticator = authenticator(RARE)) {
      assertThat(authenticator.authenticate(token)).isNotNull();
    }
    issuer.publishes(Issuer.jwk("old", OLD), Issuer.jwk("other", Tokens.rsa(2_048)));
    try (Authenticator authenticator = authenticator(RARE)) {
      assertRefused(authenticator, token, AuthException.Reason.UNAUTHORIZED);
    }
  }

  @Test
  void authenticate_algorithmOfTheKeyOnly() {
    PublicJsonWebKey key = Issuer.jwk("old", OLD);
    key.setAlgorithm("PS256");
    issuer.publishes(key);
    try (Authenticator authenticator = authenticator(RARE)) {
      assertRefused(authenticator, old(), AuthException.Reason.UNAUTHORIZED);
      String token = "Bearer " + signed("PS256", OLD.getPrivate(), "old", claims());
      assertThat(authenticator.authenticate(token)).isNotNull();
    }
  }

  /** A symmetric key in a public document is known to everyone, attackers included. */
  @Test
  void authenticate_symmetricKeyPublished_isNotUsed() {
    byte[] secret =
        "0123456789abcdef0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    OctetSequenceJsonWebKey symmetric = new OctetSequenceJsonWebKey(new HmacKey(secret));
    Map<String, Object> published =
        new HashMap<>(
            symmetric.toParams(org.jose4j.jwk.JsonWebKey.OutputControlLevel.INCLUDE_SYMMETRIC));
    published.put("kid", "shared");
    Map<String, Object> real =
        Issuer.jwk("old", OLD).toParams(org.jose4j.jwk.JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
    issuer.answers(200, org.jose4j.json.JsonUtil.toJson(Map.of("keys", List.of(published, real))));
    try (Authenticator authenticator = authenticator(RARE)) {
      String token = "Bearer " + signed("HS256", new HmacKey(secret), "shared", claims());
      assertRefused(authenticator, token, AuthException.Reason.UNAUTHORIZED);
      assertThat(authenticator.authenticate(old())).isNotNull();
    }
  }

  @Test
  void authenticate_encryptionKey_isNotUsed() {
    PublicJsonWebKey key = Issuer.jwk("enc", OLD);
    key.setUse("enc");
    issuer.publishes(key, Issuer.jwk("new", NEW));
    try (Authenticator authenticator = authenticator(RARE)) {
      String token = "Bearer " + signed("RS256", OLD.getPrivate(), "enc", claims());
      assertRefused(authenticator, token, AuthException.Reason.UNAUTHORIZED);
    }
  }

  private Authenticator authenticator(JwksOptions options) {
    JwksKeys keys = JwksKeys.start(issuer.url(), options);
    return new BearerAuthenticator(
        new TokenVerifier(keys, Duration.ofHours(24), Tokens.CLOCK), Tokens.CLOCK);
  }

  /** The attempt that a token asks for may have to wait for its interval. */
  private static void eventually(Authenticator authenticator, String header) {
    while (true) {
      try {
        authenticator.authenticate(header);
        return;
      } catch (AuthException notYet) {
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  private static void assertRefused(
      Authenticator authenticator, String header, AuthException.Reason reason) {
    AuthException refused =
        catchThrowableOfType(AuthException.class, () -> authenticator.authenticate(header));
    assertThat(refused).as("must be refused").isNotNull();
    assertThat(refused.reason()).isEqualTo(reason);
  }

  private static String old() {
    return "Bearer " + signed("RS256", OLD.getPrivate(), "old", claims());
  }

  private static String fresh() {
    return "Bearer " + signed("ES256", NEW.getPrivate(), "new", claims());
  }
}

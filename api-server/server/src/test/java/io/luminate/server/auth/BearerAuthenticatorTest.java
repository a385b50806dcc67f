// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.auth;

import static io.luminate.server.auth.Tokens.NOW_SECONDS;
import static io.luminate.server.auth.Tokens.claims;
import static io.luminate.server.auth.Tokens.claimsWithout;
import static io.luminate.server.auth.Tokens.signed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.luminate.model.TenantId;
import io.luminate.server.config.AuthConfig;
import io.luminate.server.config.ConfigException;
import io.luminate.server.config.KeySource;
import io.luminate.server.config.Secret;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jose4j.json.JsonUtil;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BearerAuthenticatorTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final Key HMAC = hmacKey(SECRET);
  private static final KeyPair RSA = Tokens.rsa(2_048);
  private static final KeyPair FOREIGN = Tokens.rsa(2_048);

  @TempDir private Path folder;

  @Test
  void authenticate_goodToken() throws ConfigException {
    Principal principal = hmac().authenticate(bearer(claims()));
    assertThat(principal)
        .isEqualTo(
            new Principal(
                "org_abc123",
                new TenantId("tenant_xyz"),
                java.util.Set.of(Scope.READ, Scope.WRITE),
                Map.of()));
    principal.require(Scope.READ);
    assertThatThrownBy(() -> principal.require(Scope.ADMIN))
        .isInstanceOfSatisfying(
            AuthException.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(AuthException.Reason.FORBIDDEN);
              assertThat(refused.reason().status()).isEqualTo(403);
            })
        .hasMessageContaining("admin");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Basic abc", "Bearer", "Bearer ", "Bearer  ", "token", "bearer a b"})
  void authenticate_noToken(String header) throws ConfigException {
    refused(hmac(), header);
  }

  @Test
  void authenticate_schemeInAnyCase() throws ConfigException {
    String token = signed("HS256", HMAC, claims());
    assertThat(hmac().authenticate("bEARER " + token).subject()).isEqualTo("org_abc123");
    assertThat(hmac().authenticate("Bearer   " + token + " ").subject()).isEqualTo("org_abc123");
  }

  @ParameterizedTest
  @CsvSource({"32,HS256", "48,HS256", "48,HS384", "64,HS256", "64,HS384", "64,HS512"})
  void authenticate_hmacAlgorithms(int secretBytes, String algorithm) throws ConfigException {
    String secret = "k".repeat(secretBytes);
    Authenticator authenticator = of(new KeySource.HmacSecret(new Secret(secret)));
    String token = signed(algorithm, hmacKey(secret), claims());
    assertThat(authenticator.authenticate("Bearer " + token).subject()).isEqualTo("org_abc123");
  }

  @ParameterizedTest
  @CsvSource({"32,HS384", "32,HS512", "63,HS512"})
  void authenticate_hmacKeyTooShortForAlgorithm(int secretBytes, String algorithm)
      throws ConfigException {
    String secret = "k".repeat(secretBytes);
    Authenticator authenticator = of(new KeySource.HmacSecret(new Secret(secret)));
    refused(authenticator, "Bearer " + signed(algorithm, hmacKey(secret), claims()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
  void authenticate_rsaAlgorithms(String algorithm) throws Exception {
    Authenticator authenticator = publicKey("PUBLIC KEY", RSA.getPublic().getEncoded());
    String token = signed(algorithm, RSA.getPrivate(), claims());
    assertThat(authenticator.authenticate("Bearer " + token).subject()).isEqualTo("org_abc123");
    String foreign = signed(algorithm, FOREIGN.getPrivate(), claims());
    refused(authenticator, "Bearer " + foreign);
  }

  @ParameterizedTest
  @CsvSource({"secp256r1,ES256", "secp384r1,ES384", "secp521r1,ES512"})
  void authenticate_ecAlgorithms(String curve, String algorithm) throws Exception {
    KeyPair pair = Tokens.ec(curve);
    Authenticator authenticator = publicKey("PUBLIC KEY", pair.getPublic().getEncoded());
    String token = signed(algorithm, pair.getPrivate(), claims());
    assertThat(authenticator.authenticate("Bearer " + token).subject()).isEqualTo("org_abc123");
    refused(authenticator, "Bearer " + signed("RS256", RSA.getPrivate(), claims()));
  }

  /** The classic: HMAC over the public key's own bytes, in every form an attacker might guess. */
  @Test
  void authenticate_keyConfusion() throws Exception {
    byte[] der = RSA.getPublic().getEncoded();
    String pem = Tokens.pem("PUBLIC KEY", der);
    Authenticator authenticator = publicKey("PUBLIC KEY", der);
    for (byte[] guess :
        List.of(
            der,
            pem.getBytes(StandardCharsets.UTF_8),
            pem.strip().getBytes(StandardCharsets.UTF_8))) {
      for (String algorithm : List.of("HS256", "HS384", "HS512")) {
        refused(authenticator, "Bearer " + signed(algorithm, new HmacKey(guess), claims()));
      }
    }
  }

  @Test
  void authenticate_algorithmNone() throws ConfigException {
    String payload = JsonUtil.toJson(claims());
    for (String algorithm : List.of("none", "None", "NONE", "nOnE", "")) {
      String header = "{\"alg\":\"" + algorithm + "\"}";
      refused(hmac(), "Bearer " + Tokens.unsigned(header, payload, ""));
      refused(hmac(), "Bearer " + Tokens.unsigned(header, payload, "AAAA"));
    }
    refused(hmac(), "Bearer " + Tokens.unsigned("{}", payload, "AAAA"));
    refused(hmac(), "Bearer " + Tokens.unsigned("{\"alg\":null}", payload, "AAAA"));
    refused(hmac(), "Bearer " + Tokens.unsigned("{\"alg\":7}", payload, "AAAA"));
    refused(hmac(), "Bearer " + Tokens.unsigned("{\"alg\":[\"HS256\"]}", payload, "AAAA"));
  }

  /** A key that the token itself brings or names is never used. */
  @Test
  void authenticate_keyInHeader() throws ConfigException {
    Map<String, Object> headers =
        Map.of(
            "jwk",
                Issuer.jwk("own", FOREIGN)
                    .toParams(org.jose4j.jwk.JsonWebKey.OutputControlLevel.PUBLIC_ONLY),
            "jku", "http://127.0.0.1:9/jwks",
            "x5u", "http://127.0.0.1:9/cert",
            "kid", "own");
    refused(
        hmac(),
        "Bearer " + signed("RS256", FOREIGN.getPrivate(), headers, JsonUtil.toJson(claims())));
  }

  @Test
  void authenticate_criticalHeaderUnknown() throws ConfigException {
    Map<String, Object> headers = Map.of("crit", List.of("mine"), "mine", true);
    refused(hmac(), "Bearer " + signed("HS256", HMAC, headers, JsonUtil.toJson(claims())));
  }

  @Test
  void authenticate_altered() throws ConfigException {
    String token = signed("HS256", HMAC, claims());
    String[] parts = token.split("\\.");
    String payload = Tokens.base64(JsonUtil.toJson(claims("tenant_id", "another")));
    refused(hmac(), "Bearer " + parts[0] + "." + payload + "." + parts[2]);
    refused(hmac(), "Bearer " + parts[0] + "." + parts[1] + ".");
    refused(hmac(), "Bearer " + parts[0] + "." + parts[1]);
    refused(hmac(), "Bearer " + token + ".x.y");
    refused(hmac(), "Bearer " + signed("HS256", hmacKey("another-secret".repeat(3)), claims()));
  }

  static Stream<Map<String, Object>> badClaims() {
    long now = NOW_SECONDS;
    return Stream.of(
        claimsWithout("exp"),
        claimsWithout("sub"),
        claimsWithout("tenant_id"),
        claimsWithout("scopes"),
        claims("exp", now - 60),
        claims("exp", String.valueOf(now + 100)),
        claims("exp", true),
        claims("exp", List.of(now + 100)),
        claims("exp", -1),
        claims("exp", 1e300),
        claims("exp", Long.MAX_VALUE),
        claims("exp", new BigInteger("9".repeat(400))),
        claims("exp", now + 86_400),
        claims("iat", now + 61),
        claims("iat", "yesterday"),
        claims("iat", now - 86_400),
        claims("iat", -1e18),
        claims("nbf", now + 61),
        claims("nbf", "x"),
        claims("sub", 7),
        claims("sub", ""),
        claims("sub", "x".repeat(257)),
        claims("sub", "a\nb"),
        claims("tenant_id", ""),
        claims("tenant_id", 7),
        claims("tenant_id", "a/b"),
        claims("tenant_id", "t\u00e4nant"),
        claims("tenant_id", "x".repeat(129)),
        claims("tenant_id", List.of("tenant_xyz")),
        claims("scopes", "read write"),
        claims("scopes", Map.of("read", true)),
        claims("scopes", List.of("read", 7)),
        claims("dimensions", Map.of()),
        claims("dimensions", "customer_id"),
        claims("dimensions", List.of("customer_id")),
        claims("dimensions", Map.of("customer_id", 7)),
        claims("dimensions", Map.of("customer_id", "")),
        claims("dimensions", Map.of("customer-id", "a")),
        claims("dimensions", Map.of("_tenant_id", "other")),
        claims("dimensions", Map.of("customer_id", "a\u0000b")),
        claims("dimensions", Map.of("customer_id", "x".repeat(257))));
  }

  @ParameterizedTest
  @MethodSource("badClaims")
  void authenticate_badClaims(Map<String, Object> claims) throws ConfigException {
    refused(hmac(), bearer(claims));
  }

  @Test
  void authenticate_payloadNoClaims() throws ConfigException {
    for (String payload :
        List.of("", "[]", "null", "7", "{", "{}", "{\"exp\":1,\"exp\":2}", "[".repeat(3_000))) {
      refused(hmac(), "Bearer " + signed("HS256", HMAC, Map.of(), payload));
    }
  }

  @Test
  void authenticate_withinSkew() throws ConfigException {
    assertThat(hmac().authenticate(bearer(claims("exp", NOW_SECONDS - 59)))).isNotNull();
    assertThat(hmac().authenticate(bearer(claims("iat", NOW_SECONDS + 60)))).isNotNull();
    assertThat(hmac().authenticate(bearer(claims("nbf", NOW_SECONDS + 60)))).isNotNull();
    assertThat(hmac().authenticate(bearer(claims("exp", NOW_SECONDS + 0.5)))).isNotNull();
  }

  @Test
  void authenticate_wholeLifeIsCapped() throws ConfigException {
    Map<String, Object> day = claims("iat", NOW_SECONDS - 100);
    day.put("exp", NOW_SECONDS - 100 + 86_400);
    assertThat(hmac().authenticate(bearer(day))).isNotNull();
    day.put("exp", NOW_SECONDS - 100 + 86_401);
    assertThat(refused(hmac(), bearer(day))).hasMessageContaining("token_expiry");
    Map<String, Object> withoutStart = claimsWithout("iat");
    withoutStart.put("exp", NOW_SECONDS + 86_400);
    assertThat(hmac().authenticate(bearer(withoutStart))).isNotNull();
    withoutStart.put("exp", NOW_SECONDS + 86_400 + 61);
    refused(hmac(), bearer(withoutStart));
  }

  @Test
  void authenticate_pinned_neverAdmin() throws ConfigException {
    Map<String, Object> claims = claims("dimensions", Map.of("customer_id", "cust_1"));
    claims.put("scopes", List.of("read", "write", "admin", "cluster_admin", "of another service"));
    Principal principal = hmac().authenticate(bearer(claims));
    assertThat(principal.isPinned()).isTrue();
    assertThat(principal.pinnedDimensions()).isEqualTo(Map.of("customer_id", "cust_1"));
    assertThat(principal.scopes()).containsExactlyInAnyOrder(Scope.READ, Scope.WRITE);
    assertThatThrownBy(() -> principal.require(Scope.CLUSTER_ADMIN)).hasMessageContaining("pinned");
  }

  @Test
  void authenticate_noScopes_mayNothing() throws ConfigException {
    Principal principal = hmac().authenticate(bearer(claims("scopes", List.of("email"))));
    assertThat(principal.scopes()).isEmpty();
  }

  @Test
  void authenticate_hugeToken() throws ConfigException {
    refused(hmac(), bearer(claims("padding", "x".repeat(100_000))));
    refused(hmac(), "Bearer " + "a".repeat(100_000));
    refused(hmac(), "Bearer " + "a.".repeat(50_000));
  }

  @Test
  void authenticate_nestedHeader() throws ConfigException {
    refused(hmac(), "Bearer " + Tokens.unsigned("[".repeat(4_000), "x", "AAAA"));
    String nested = "{\"alg\":" + "{\"a\":".repeat(800) + "1" + "}".repeat(801);
    refused(hmac(), "Bearer " + Tokens.unsigned(nested, "x", "AAAA"));
  }

  /** Whatever is done to a token, the answer is a refusal and nothing else. */
  @Test
  void authenticate_garbage() throws ConfigException {
    long seed = 4_711;
    Random random = new Random(seed);
    Authenticator authenticator = hmac();
    String good = bearer(claims());
    for (int i = 0; i < 3_000; i++) {
      char[] chars = good.toCharArray();
      for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
        chars[random.nextInt("Bearer ".length(), chars.length)] = (char) (32 + random.nextInt(96));
      }
      String header = new String(Arrays.copyOf(chars, 8 + random.nextInt(chars.length - 8)));
      AuthException refused =
          catchThrowableOfType(AuthException.class, () -> authenticator.authenticate(header));
      assertThat(refused).as("seed %d, header %s", seed, header).isNotNull();
    }
  }

  /** The header is attacker's JSON: any value of any type in any place. */
  @Test
  void authenticate_hostileHeaders() throws ConfigException {
    List<Object> values =
        Arrays.asList(7, 1.5, true, null, "", "x", List.of(), List.of("b64"), Map.of("a", 1));
    for (String name :
        List.of("alg", "kid", "typ", "cty", "crit", "b64", "jwk", "x5c", "enc", "zip", "p2c")) {
      for (Object value : values) {
        Map<String, Object> header = new java.util.HashMap<>();
        header.put("alg", "HS256");
        header.put(name, value);
        String json = JsonUtil.toJson(header);
        refused(hmac(), "Bearer " + Tokens.unsigned(json, "{}", "AAAA"));
      }
    }
  }

  @Test
  void authenticate_remembered_untilExpired() throws ConfigException {
    AtomicReference<Instant> now = new AtomicReference<>(Tokens.NOW);
    Authenticator authenticator =
        Authenticator.of(config(new KeySource.HmacSecret(new Secret(SECRET))), now::get);
    String header = bearer(claims("exp", NOW_SECONDS + 100));
    Principal first = authenticator.authenticate(header);
    assertThat(authenticator.authenticate(header)).isSameAs(first);
    now.set(Tokens.NOW.plusSeconds(159));
    assertThat(authenticator.authenticate(header)).isSameAs(first);
    now.set(Tokens.NOW.plusSeconds(160));
    assertThat(refused(authenticator, header)).hasMessageContaining("expired");
  }

  @Test
  void authenticate_off_everyoneIsTheDefaultTenant() throws ConfigException {
    AuthConfig off = new AuthConfig(false, false, new KeySource.None(), Duration.ofHours(24));
    try (Authenticator authenticator = Authenticator.of(off, Tokens.CLOCK)) {
      Principal principal = authenticator.authenticate("Bearer whatever");
      assertThat(principal.tenant()).isEqualTo(TenantId.DEFAULT);
      assertThat(principal.scopes()).containsExactlyInAnyOrder(Scope.values());
    }
  }

  @Test
  void of_uselessKeyFile_isAConfigProblem() throws Exception {
    assertThatThrownBy(() -> publicKey("PRIVATE KEY", RSA.getPrivate().getEncoded()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("it holds a PRIVATE KEY, expected PUBLIC KEY");
    assertThatThrownBy(() -> publicKey("PUBLIC KEY", Tokens.rsa(1_024).getPublic().getEncoded()))
        .hasMessageContaining("at least 2048 bits");
    assertThatThrownBy(() -> publicKey("PUBLIC KEY", new byte[] {1, 2, 3}))
        .isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> of(new KeySource.PublicKeyFile(folder.resolve("none.pem"))))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("none.pem");
  }

  private Authenticator publicKey(String label, byte[] der) throws IOException, ConfigException {
    Path file = Files.writeString(folder.resolve("key.pem"), Tokens.pem(label, der));
    return of(new KeySource.PublicKeyFile(file));
  }

  private static Authenticator hmac() throws ConfigException {
    return of(new KeySource.HmacSecret(new Secret(SECRET)));
  }

  private static Authenticator of(KeySource keys) throws ConfigException {
    return Authenticator.of(config(keys), Tokens.CLOCK);
  }

  private static AuthConfig config(KeySource keys) {
    return new AuthConfig(true, false, keys, Duration.ofHours(24));
  }

  private static String bearer(Map<String, Object> claims) {
    return "Bearer " + signed("HS256", HMAC, claims);
  }

  private static Key hmacKey(String secret) {
    return new HmacKey(secret.getBytes(StandardCharsets.UTF_8));
  }

  private static AuthException refused(Authenticator authenticator, String header) {
    AuthException refused =
        catchThrowableOfType(AuthException.class, () -> authenticator.authenticate(header));
    assertThat(refused).as("must be refused: %.200s", header).isNotNull();
    assertThat(refused.reason()).isEqualTo(AuthException.Reason.UNAUTHORIZED);
    for (String part : header.replace("Bearer", "").strip().split("[. ]")) {
      if (part.length() > 8) {
        assertThat(refused.getMessage()).doesNotContain(part);
      }
    }
    return refused;
  }

  /** One slot per digest, whatever comes. */
  @Test
  void cache_isBounded() {
    TokenCache cache = new TokenCache();
    VerifiedToken token = new VerifiedToken(Principal.ANONYMOUS, 1);
    List<byte[]> digests =
        Stream.iterate(0, i -> i + 1)
            .limit(3L * TokenCache.SLOTS)
            .map(i -> TokenCache.digest("token " + i))
            .toList();
    digests.forEach(digest -> cache.put(digest, 1, token));
    long found = digests.stream().filter(digest -> cache.get(digest, 1) != null).count();
    assertThat(found).isBetween(TokenCache.SLOTS / 2L, (long) TokenCache.SLOTS);
    assertThat(Collections.frequency(digests.stream().map(d -> cache.get(d, 2)).toList(), token))
        .isZero();
  }
}

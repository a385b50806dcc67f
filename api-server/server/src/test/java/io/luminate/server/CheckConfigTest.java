// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code --check-config} finds what would keep a server from starting, and does nothing else. */
final class CheckConfigTest {
  private static final String PUBLIC_KEY_PATH = "LUMINATE_AUTH_JWT_PUBLIC_KEY_PATH";

  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void goodKey_passes() throws Exception {
    Path pem = write(pem("PUBLIC KEY", rsa(2048).getPublic().getEncoded()));
    assertThat(check(Map.of(PUBLIC_KEY_PATH, pem.toString()))).isZero();
    assertThat(text(out)).contains("auth.jwt_public_key_path", "the configuration is good");
    assertThat(text(err)).isEmpty();
  }

  @Test
  void wrongPath_isNamed() throws Exception {
    assertProblem(folder.resolve("missing.pem"), "missing.pem", "a file that can be read");
    assertProblem(folder, "auth.jwt_public_key_path: " + folder, "holds no key");
  }

  @Test
  void fileWithoutUsableKey_isNamed() throws Exception {
    assertProblem(write("not a key"), "no PEM block");
    assertProblem(write(""), "no PEM block");
    assertProblem(write(pem("PUBLIC KEY", new byte[] {1, 2, 3})), "holds no key");
    assertProblem(write(pem("CERTIFICATE", new byte[] {1, 2, 3})), "holds no key");
    assertProblem(write(pem("PUBLIC KEY", rsa(1024).getPublic().getEncoded())), "2048 bits");
    assertProblem(
        write(pem("PRIVATE KEY", rsa(2048).getPrivate().getEncoded())), "it holds a PRIVATE KEY");
  }

  /** The key is read even where nobody would ask it: it is there to be used one day. */
  @Test
  void brokenKey_isNamed_withAuthenticationOff() throws Exception {
    Path pem = write("not a key");
    Map<String, String> environment = new HashMap<>(Map.of(PUBLIC_KEY_PATH, pem.toString()));
    environment.put("LUMINATE_AUTH_ENABLED", "false");
    environment.put("LUMINATE_SERVER_HOST", "127.0.0.1");
    assertThat(check(environment)).isEqualTo(2);
    assertThat(text(err)).contains("auth.jwt_public_key_path: " + pem);
  }

  @ParameterizedTest
  @CsvSource({"31, 2", "32, 0"})
  void secret_hasThirtyTwoBytes(int bytes, int exit) {
    String secret = "s".repeat(bytes);
    assertThat(check(Map.of("LUMINATE_AUTH_JWT_SECRET", secret))).isEqualTo(exit);
    assertThat(text(out) + text(err)).contains("auth.jwt_secret").doesNotContain(secret);
  }

  @Test
  void limitsDocument_isRead() throws Exception {
    Path file = folder.resolve("limits.json");
    Map<String, String> environment =
        Map.of("LUMINATE_AUTH_JWT_SECRET", "s".repeat(32), "LUMINATE_LIMITS_FILE", file.toString());
    Files.writeString(file, "{\"version\":7,\"tenants\":{\"acme\":{\"rates\":{}}}}");
    assertThat(check(environment)).isZero();
    assertThat(text(out))
        .contains(
            "limits document: version 7, tenants: 1\n",
            "warning: limits document: tenants.acme.rates is not known\n");
    Files.writeString(file, "{\"tenants\":7}");
    assertThat(check(environment)).isEqualTo(2);
    assertThat(text(err)).contains(file + ": limits.file: tenants must be an object");
  }

  @Test
  void internalToken_isRead_andNotShown() throws Exception {
    Path file = Files.writeString(folder.resolve("current"), "0123456789");
    Map<String, String> environment =
        Map.of(
            "LUMINATE_AUTH_JWT_SECRET",
            "s".repeat(32),
            "LUMINATE_MANAGEMENT_INTERNAL_TOKEN_FILE",
            file.toString());
    assertThat(check(environment)).isEqualTo(2);
    assertThat(text(err)).contains("at least 32 are needed").doesNotContain("0123456789");
    Files.writeString(file, "0123456789".repeat(4));
    assertThat(check(environment)).isZero();
  }

  @Test
  void noKey_isNamed() {
    assertThat(check(Map.of())).isEqualTo(2);
    assertThat(text(err)).contains("auth.enabled", "auth.jwt_secret");
  }

  @Test
  void nothingIsStarted_fetched_orCreated() throws Exception {
    AtomicInteger fetches = new AtomicInteger();
    HttpServer issuer =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    issuer.createContext(
        "/",
        exchange -> {
          fetches.incrementAndGet();
          exchange.close();
        });
    issuer.start();
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    try {
      Path data = folder.resolve("data");
      String url = "http://127.0.0.1:" + issuer.getAddress().getPort() + "/jwks";
      assertThat(
              check(
                  Map.of(
                      "LUMINATE_AUTH_JWKS_URL", url, "LUMINATE_ROCKSDB_DATA_DIR", data.toString())))
          .isZero();
      assertThat(fetches).hasValue(0);
      assertThat(data).doesNotExist();
      Set<Thread> started = new HashSet<>(Thread.getAllStackTraces().keySet());
      started.removeAll(before);
      assertThat(started)
          .extracting(Thread::getName)
          .doesNotContain("jwks-refresh", "retention", "journal-writer");
    } finally {
      issuer.stop(0);
    }
  }

  private void assertProblem(Path keyFile, String... words) {
    err.reset();
    assertThat(check(Map.of(PUBLIC_KEY_PATH, keyFile.toString()))).isEqualTo(2);
    assertThat(text(err))
        .startsWith("the configuration has 1 problem:\n")
        .contains("auth.jwt_public_key_path: ", keyFile.toString())
        .contains(words);
  }

  private int check(Map<String, String> environment) {
    return ServerMain.run(List.of("--check-config"), environment, print(out), print(err));
  }

  private static PrintStream print(ByteArrayOutputStream target) {
    return new PrintStream(target, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }

  private Path write(String content) throws IOException {
    return Files.writeString(folder.resolve("key.pem"), content);
  }

  private static KeyPair rsa(int bits) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    return generator.generateKeyPair();
  }

  private static String pem(String label, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, Base64.getMimeEncoder().encodeToString(der), label);
  }
}

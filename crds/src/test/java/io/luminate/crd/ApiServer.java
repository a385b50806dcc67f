// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Assumptions;

/**
 * A real API server with its etcd, on this machine alone. The program with both comes from the
 * variable {@code LUMINATE_TEST_KUBE}; without it, what needs this is skipped.
 */
final class ApiServer {
  static final String PROGRAM = "LUMINATE_TEST_KUBE";

  private static final Duration START_MAX = Duration.ofSeconds(90);

  /** Of each part, in the message of a failed start. */
  private static final int LOG_CHARACTERS_MAX = 2_000;

  private static final String TOKEN = "of-tests-alone";
  private static Started shared;

  private final List<Process> processes = new ArrayList<>();
  private final Path folder;
  private final int port;
  private final HttpClient client;

  /** What was answered: the status and the object, or why not. */
  record Answer(int status, JsonNode body) {
    String message() {
      return body.path("message").asText("");
    }
  }

  /** One that runs, or why none does: it is tried once. */
  private record Started(Optional<ApiServer> running, String fault) {
    ApiServer server() {
      return running.orElseThrow(() -> new AssertionError("no API server: " + fault));
    }
  }

  /** One for all tests of this JVM, with the custom resources that are generated. */
  static synchronized ApiServer shared() {
    String program = System.getenv(PROGRAM);
    Assumptions.assumeTrue(
        program != null && Files.isExecutable(Path.of(program)),
        PROGRAM + " does not name a program that is etcd and kube-apiserver");
    if (shared == null) {
      shared = tried(program);
    }
    return shared.server();
  }

  private static Started tried(String program) {
    try {
      ApiServer server = new ApiServer(program);
      server.install();
      return new Started(Optional.of(server), "");
    } catch (IOException | GeneralSecurityException | AssertionError e) {
      return new Started(Optional.empty(), e.toString());
    }
  }

  private ApiServer(String program) throws IOException, GeneralSecurityException {
    folder = Files.createTempDirectory("luminate-api-server");
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
    Files.writeString(folder.resolve("tokens.csv"), TOKEN + ",admin,admin,\"system:masters\"\n");
    Files.writeString(folder.resolve("sa.key"), newKey());
    int etcd = freePort();
    port = freePort();
    start(program, etcdArguments(etcd, freePort()));
    start(program, serverArguments(etcd));
    await(() -> Files.exists(folder.resolve("apiserver.crt")));
    client = HttpClient.newBuilder().sslContext(trusting(folder.resolve("apiserver.crt"))).build();
    await(() -> get("/readyz").status() == 200);
    await(() -> get("/api/v1/namespaces/default").status() == 200);
  }

  private void install() {
    CrdGenerator.definitions()
        .forEach(
            (name, definition) -> {
              Answer answer =
                  post(
                      "/apis/apiextensions.k8s.io/v1/customresourcedefinitions?fieldValidation=Strict",
                      definition);
              if (answer.status() != 201) {
                throw new AssertionError(name + ": " + answer);
              }
            });
    for (String plural : List.of("luminateclusters", "retentionpolicies", "tenantquotas")) {
      await(() -> get("/apis/luminate.io/v1alpha1/namespaces/default/" + plural).status() == 200);
    }
  }

  Answer get(String path) {
    return send(request(path).GET());
  }

  /** As {@code kubectl get} asks for what it prints. */
  Answer table(String path) {
    return send(
        request(path).setHeader("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io").GET());
  }

  Answer post(String path, JsonNode object) {
    return send(request(path).POST(BodyPublishers.ofString(object.toString())));
  }

  Answer put(String path, JsonNode object) {
    return send(request(path).PUT(BodyPublishers.ofString(object.toString())));
  }

  /** As {@code kubectl patch --type=merge} does. */
  Answer merge(String path, JsonNode change) {
    return send(
        request(path)
            .setHeader("Content-Type", "application/merge-patch+json")
            .method("PATCH", BodyPublishers.ofString(change.toString())));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(20))
        .setHeader("Authorization", "Bearer " + TOKEN)
        .setHeader("Content-Type", "application/json");
  }

  private Answer send(HttpRequest.Builder request) {
    try {
      var response = client.send(request.build(), BodyHandlers.ofString());
      JsonNode body =
          response.body().startsWith("{")
              ? Serialization.unmarshal(response.body(), JsonNode.class)
              : Serialization.jsonMapper().createObjectNode().put("message", response.body());
      return new Answer(response.statusCode(), body);
    } catch (IOException e) {
      return new Answer(0, Serialization.jsonMapper().createObjectNode().put("message", "" + e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private List<String> etcdArguments(int port, int peerPort) {
    String address = "http://127.0.0.1:" + port;
    return List.of(
        "etcd",
        "--data-dir=" + folder.resolve("etcd"),
        "--listen-client-urls=" + address,
        "--advertise-client-urls=" + address,
        "--listen-peer-urls=http://127.0.0.1:" + peerPort,
        "--unsafe-no-fsync");
  }

  private List<String> serverArguments(int etcdPort) {
    return List.of(
        "kube-apiserver",
        "--etcd-servers=http://127.0.0.1:" + etcdPort,
        "--secure-port=" + port,
        "--bind-address=127.0.0.1",
        "--cert-dir=" + folder,
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-key-file=" + folder.resolve("sa.key"),
        "--service-account-signing-key-file=" + folder.resolve("sa.key"),
        "--authorization-mode=RBAC",
        "--token-auth-file=" + folder.resolve("tokens.csv"),
        "--service-cluster-ip-range=10.96.0.0/16");
  }

  private void start(String program, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(arguments);
    processes.add(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(arguments.getFirst() + ".log").toFile())
            .start());
  }

  private void stop() {
    processes.reversed().forEach(Process::destroyForcibly);
    try {
      for (Process process : processes) {
        process.waitFor(10, TimeUnit.SECONDS);
      }
      try (var files = Files.walk(folder)) {
        files.sorted((one, other) -> other.compareTo(one)).forEach(file -> file.toFile().delete());
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private interface Check {
    boolean passes();
  }

  private void await(Check check) {
    long deadlineNanos = System.nanoTime() + START_MAX.toNanos();
    while (!check.passes()) {
      if (System.nanoTime() > deadlineNanos || !processes.stream().allMatch(Process::isAlive)) {
        throw new AssertionError("the API server does not come up: " + endOfLogs());
      }
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
  }

  private String endOfLogs() {
    StringBuilder ends = new StringBuilder();
    for (String part : List.of("etcd", "kube-apiserver")) {
      try {
        String log = Files.readString(folder.resolve(part + ".log"));
        ends.append("\n").append(log.substring(Math.max(0, log.length() - LOG_CHARACTERS_MAX)));
      } catch (IOException e) {
        ends.append("\nno log of ").append(part);
      }
    }
    return ends.toString();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String newKey() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key);
    return "-----BEGIN PRIVATE KEY-----\n" + text + "\n-----END PRIVATE KEY-----\n";
  }

  private static SSLContext trusting(Path certificates)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (var stream = Files.newInputStream(certificates)) {
      int number = 0;
      for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(stream)) {
        store.setCertificateEntry("of-the-server-" + number++, certificate);
      }
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}

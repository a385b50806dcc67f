// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.kube.testkit;

import io.luminate.testkit.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * etcd and an API server, each a process. RBAC is on, admission is that of a fresh cluster; no
 * controllers run, so garbage stays, and no pod is started. {@link #shared()} for most tests, which
 * tell their objects apart by namespace or by name; {@link #start(Path)} for a test that wants its
 * own.
 */
public final class ApiServer implements AutoCloseable {

  /** In the folder: etcd's. */
  private static final String DATA = "etcd";

  /**
   * Whoever is not asked about would make it larger: the controllers, and who may do everything.
   */
  private static final String AUDIT_POLICY =
      """
      apiVersion: audit.k8s.io/v1
      kind: Policy
      omitStages: [RequestReceived]
      rules:
      - {level: None, userGroups: ["system:serviceaccounts:kube-system"]}
      - {level: Metadata, userGroups: ["system:serviceaccounts"]}
      - {level: None}
      """;

  private static final Duration START_MAX = Duration.ofSeconds(90);
  private static final long POLL_MILLIS = 100;

  /** The second comes a moment after the first, and tests make their objects in it. */
  private static final List<String> READY = List.of("/readyz", "/api/v1/namespaces/default");

  private static Optional<ApiServer> shared = Optional.empty();
  private static Optional<RuntimeException> failure = Optional.empty();

  /**
   * Where it listens.
   *
   * @param address of the API server; etcd is at 127.0.0.1 always
   */
  record Site(String address, int port, int etcdPort, int etcdPeerPort) {
    /** In namespaces of its own, where nobody else is: the ports of a real cluster. */
    static final Site OF_NAMESPACES = new Site(Namespaces.NODE_ADDRESS, 6443, 2379, 2380);

    static Site onLoopback() {
      return new Site("127.0.0.1", FreePorts.next(), FreePorts.next(), FreePorts.next());
    }

    URI url() {
      return URI.create("https://" + address + ":" + port);
    }

    String etcdUrl() {
      return "http://127.0.0.1:" + etcdPort;
    }

    String etcdPeerUrl() {
      return "http://127.0.0.1:" + etcdPeerPort;
    }
  }

  private final Path binary;
  private final Path folder;
  private final Site site;
  private final Credentials credentials;
  private final Part etcd;
  private Part server;

  private ApiServer(Path binary, Path folder, Site site) throws IOException {
    this.binary = binary;
    this.folder = folder;
    this.site = site;
    credentials = Credentials.make(folder, site.url());
    Files.writeString(auditPolicy(), AUDIT_POLICY);
    etcd = Part.start(binary, folder, "etcd", etcdFlags());
    server = startServer();
  }

  /**
   * The one of this JVM on ports of 127.0.0.1, started when first asked for and gone with the JVM.
   * The first on a machine builds it, some minutes long.
   */
  public static synchronized ApiServer shared() {
    // Tried once: the second test class need not wait for the same reason.
    failure.ifPresent(
        e -> {
          throw e;
        });
    try {
      ApiServer running = shared.orElseGet(ApiServer::startShared);
      shared = Optional.of(running);
      return running;
    } catch (RuntimeException e) {
      failure = Optional.of(e);
      throw e;
    }
  }

  private static ApiServer startShared() {
    try {
      Path folder = Files.createTempDirectory("luminate-api-server-");
      ApiServer server = start(folder);
      Runtime.getRuntime().addShutdownHook(new Thread(server::discard));
      return server;
    } catch (IOException e) {
      throw new IllegalStateException("no API server: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /**
   * Starts one on ports of 127.0.0.1, and waits until it answers.
   *
   * @param folder for everything it writes: logs, data, keys
   */
  public static ApiServer start(Path folder) throws IOException, InterruptedException {
    return start(KubeBinary.ofThisTree().get(), folder, Site.onLoopback());
  }

  static ApiServer start(Path binary, Path folder, Site site)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    ApiServer started = new ApiServer(binary, folder.toAbsolutePath(), site);
    try {
      started.awaitReady();
      return started;
    } catch (IOException | InterruptedException e) {
      started.kill();
      throw e;
    }
  }

  private Part startServer() throws IOException {
    return Part.start(binary, folder, "kube-apiserver", serverFlags());
  }

  private List<String> etcdFlags() {
    return List.of(
        "--data-dir=" + folder.resolve(DATA),
        "--listen-client-urls=" + site.etcdUrl(),
        "--advertise-client-urls=" + site.etcdUrl(),
        "--listen-peer-urls=" + site.etcdPeerUrl(),
        "--initial-advertise-peer-urls=" + site.etcdPeerUrl(),
        "--initial-cluster=default=" + site.etcdPeerUrl(),
        "--log-level=warn",
        // The data ends with the tests.
        "--unsafe-no-fsync");
  }

  private List<String> serverFlags() {
    return List.of(
        "--etcd-servers=" + site.etcdUrl(),
        "--bind-address=" + site.address(),
        // On loopback too: what is told to pods may not be 127.0.0.1, and else is sought among
        // the machine's addresses.
        "--advertise-address=" + Namespaces.NODE_ADDRESS,
        "--secure-port=" + site.port(),
        "--cert-dir=" + credentials.certificates(),
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-key-file=" + credentials.serviceAccountKey(),
        "--service-account-signing-key-file=" + credentials.serviceAccountKey(),
        "--authorization-mode=RBAC",
        "--token-auth-file=" + credentials.tokens(),
        "--service-cluster-ip-range=" + Namespaces.SERVICE_NETWORK,
        "--audit-policy-file=" + auditPolicy(),
        "--audit-log-path=" + auditLog(),
        "--allow-privileged");
  }

  private void awaitReady() throws IOException, InterruptedException {
    Instant last = Instant.now().plus(START_MAX);
    while (!isReady()) {
      requireAlive();
      if (Instant.now().isAfter(last)) {
        throw new IOException("the API server is not ready after " + START_MAX + ": see " + folder);
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private boolean isReady() throws InterruptedException {
    // Its certificate comes before it listens.
    if (!Files.exists(access().authority())) {
      return false;
    }
    try (HttpClient client = access().newHttpClient()) {
      for (String path : READY) {
        var request = access().request(path).build();
        if (client.send(request, BodyHandlers.discarding()).statusCode() != 200) {
          return false;
        }
      }
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** For one who may do everything. */
  public ApiAccess access() {
    return credentials.access();
  }

  /** The file that says the same to kubectl. */
  public Path kubeconfig() {
    return credentials.kubeconfig();
  }

  /** A line of JSON for each request of a service account's, but for those of the controllers. */
  public Path auditLog() {
    return folder.resolve("audit.log");
  }

  private Path auditPolicy() {
    return folder.resolve("audit-policy.yaml");
  }

  Credentials credentials() {
    return credentials;
  }

  /** Ends the API server like a crash, and starts it again on the same data. */
  public void restart() throws IOException, InterruptedException {
    server.kill();
    server = startServer();
    awaitReady();
  }

  /** Says which part is not running any more, if one is not. */
  public void requireAlive() throws IOException {
    etcd.requireAlive();
    server.requireAlive();
  }

  /** Leaves the logs, and not the data, which is most of what a cluster writes. */
  @Override
  public void close() throws IOException, InterruptedException {
    server.stop();
    etcd.stop();
    delete(folder.resolve(DATA));
  }

  private void kill() throws InterruptedException {
    server.kill();
    etcd.kill();
  }

  /** Nothing of it is wanted any more, so it need not end well. */
  private void discard() {
    try {
      kill();
      delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

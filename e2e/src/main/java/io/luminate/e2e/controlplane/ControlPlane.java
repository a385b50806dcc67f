// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.controlplane;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * etcd, the API server, the controllers and the scheduler, each a process. RBAC is on, Pod Security
 * admission is there, and the controllers collect garbage, end namespaces and provision volumes.
 */
public final class ControlPlane implements AutoCloseable {
  private static final String URL = "https://" + Namespaces.NODE_ADDRESS + ":6443";
  private static final String ETCD = "http://127.0.0.1:2379";

  /** In the folder: etcd's. */
  private static final String DATA = "etcd";

  /** Where the host-path provisioner of the controllers puts volumes, and nowhere else. */
  private static final Path VOLUMES = Path.of("/tmp/hostpath_pv");

  private static final Duration START_MAX = Duration.ofSeconds(90);
  private static final long POLL_MILLIS = 50;

  private final Path binary;
  private final Path folder;
  private final Credentials credentials;
  private final Part etcd;
  private Part apiServer;
  private final Part controllers;
  private final Part scheduler;

  private ControlPlane(Path binary, Path folder) throws IOException, InterruptedException {
    this.binary = binary;
    this.folder = folder;
    credentials = Credentials.make(folder);
    credentials.writeKubeconfig(URL);
    mountVolumes();
    etcd = start("etcd", etcdFlags());
    apiServer = start("kube-apiserver", apiServerFlags());
    awaitReady();
    controllers = start("kube-controller-manager", controllerFlags());
    scheduler = start("kube-scheduler", schedulerFlags());
  }

  /**
   * Starts it and waits until it answers; its flags are those of a fresh cluster, its ports those
   * of these namespaces.
   *
   * @param folder for everything it writes: logs, data, keys, volumes
   */
  public static ControlPlane start(Path binary, Path folder)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    return new ControlPlane(binary, folder.toAbsolutePath());
  }

  private Part start(String name, List<String> flags) throws IOException {
    return Part.start(binary, folder, name, flags);
  }

  /** The provisioner's folder is this cluster's own: seen in this mount namespace alone. */
  private void mountVolumes() throws IOException, InterruptedException {
    Files.createDirectories(VOLUMES);
    Path own = Files.createDirectories(folder.resolve("volumes"));
    Process mount =
        new ProcessBuilder("mount", "--bind", own.toString(), VOLUMES.toString())
            .inheritIO()
            .start();
    if (mount.waitFor() != 0) {
      throw new IOException("cannot mount " + own + " on " + VOLUMES);
    }
  }

  private List<String> etcdFlags() {
    String peers = "http://127.0.0.1:2380";
    return List.of(
        "--data-dir=" + folder.resolve(DATA),
        "--listen-client-urls=" + ETCD,
        "--advertise-client-urls=" + ETCD,
        "--listen-peer-urls=" + peers,
        "--initial-advertise-peer-urls=" + peers,
        "--initial-cluster=default=" + peers,
        "--log-level=warn",
        // The data ends with the tests.
        "--unsafe-no-fsync");
  }

  private List<String> apiServerFlags() {
    return List.of(
        "--etcd-servers=" + ETCD,
        "--bind-address=" + Namespaces.NODE_ADDRESS,
        "--advertise-address=" + Namespaces.NODE_ADDRESS,
        "--secure-port=6443",
        "--cert-dir=" + credentials.certificates(),
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-key-file=" + credentials.serviceAccountKey(),
        "--service-account-signing-key-file=" + credentials.serviceAccountKey(),
        "--authorization-mode=RBAC",
        "--token-auth-file=" + credentials.tokens(),
        "--service-cluster-ip-range=" + Namespaces.SERVICE_NETWORK,
        "--allow-privileged");
  }

  private List<String> controllerFlags() {
    return List.of(
        "--kubeconfig=" + credentials.kubeconfig(),
        "--root-ca-file=" + credentials.authority(),
        "--service-account-private-key-file=" + credentials.serviceAccountKey(),
        "--use-service-account-credentials",
        "--enable-hostpath-provisioner",
        // Else a test waits for the limits of clusters that many share.
        "--kube-api-qps=200",
        "--kube-api-burst=400",
        "--leader-elect=false",
        "--secure-port=0");
  }

  private List<String> schedulerFlags() {
    return List.of(
        "--kubeconfig=" + credentials.kubeconfig(),
        "--kube-api-qps=200",
        "--kube-api-burst=400",
        "--leader-elect=false",
        "--secure-port=0");
  }

  private void awaitReady() throws IOException, InterruptedException {
    Instant last = Instant.now().plus(START_MAX);
    while (!isReady()) {
      etcd.requireAlive();
      apiServer.requireAlive();
      if (Instant.now().isAfter(last)) {
        throw new IOException("the API server is not ready after " + START_MAX + ": see " + folder);
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private boolean isReady() throws IOException {
    // Its certificate comes before it listens.
    if (!Files.exists(credentials.authority())) {
      return false;
    }
    try (KubernetesClient client = newClient()) {
      return client.raw("/readyz") != null;
    } catch (KubernetesClientException e) {
      return false;
    }
  }

  /** A client that may do everything; the caller's to close. */
  public KubernetesClient newClient() throws IOException {
    return newClient(credentials.adminToken());
  }

  /** A client that comes with some other token. */
  public KubernetesClient newClient(String token) throws IOException {
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(URL)
            .withCaCertData(Base64.getEncoder().encodeToString(Files.readAllBytes(authority())))
            .withOauthToken(token)
            .withRequestRetryBackoffLimit(0)
            .build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  /** The certificate by which clients know the API server. */
  public Path authority() {
    return credentials.authority();
  }

  /** The administrator's. */
  public Path kubeconfig() {
    return credentials.kubeconfig();
  }

  /** Ends the API server like a crash, and starts it again on the same data. */
  public void restartApiServer() throws IOException, InterruptedException {
    apiServer.kill();
    apiServer = start("kube-apiserver", apiServerFlags());
    awaitReady();
  }

  /** Says which part is not running any more, if one is not. */
  public void requireAlive() throws IOException {
    for (Part part : List.of(etcd, apiServer, controllers, scheduler)) {
      part.requireAlive();
    }
  }

  /** Leaves the logs, and not the data, which is most of what a cluster writes. */
  @Override
  public void close() throws InterruptedException, IOException {
    for (Part part : List.of(scheduler, controllers, apiServer, etcd)) {
      part.stop();
    }
    try (Stream<Path> data = Files.walk(folder.resolve(DATA))) {
      for (Path file : data.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

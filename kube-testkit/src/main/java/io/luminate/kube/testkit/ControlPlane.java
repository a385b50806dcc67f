// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.kube.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * etcd, the API server, the controllers and the scheduler, each a process. RBAC is on, Pod Security
 * admission is there, and the controllers collect garbage, end namespaces and provision volumes.
 */
public final class ControlPlane implements AutoCloseable {
  /** Where the host-path provisioner of the controllers puts volumes, and nowhere else. */
  private static final Path VOLUMES = Path.of("/tmp/hostpath_pv");

  private final Path binary;
  private final Path folder;
  private final ApiServer apiServer;
  private final Part controllers;
  private final Part scheduler;

  private ControlPlane(Path binary, Path folder) throws IOException, InterruptedException {
    this.binary = binary;
    this.folder = folder;
    mountVolumes();
    apiServer = ApiServer.start(binary, folder, ApiServer.Site.OF_NAMESPACES);
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

  private List<String> controllerFlags() {
    return List.of(
        "--kubeconfig=" + kubeconfig(),
        "--root-ca-file=" + apiServer.access().authority(),
        "--service-account-private-key-file=" + apiServer.credentials().serviceAccountKey(),
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
        "--kubeconfig=" + kubeconfig(),
        "--kube-api-qps=200",
        "--kube-api-burst=400",
        "--leader-elect=false",
        "--secure-port=0");
  }

  /** For one who may do everything. */
  public ApiAccess access() {
    return apiServer.access();
  }

  /** The file that says the same to kubectl. */
  public Path kubeconfig() {
    return apiServer.kubeconfig();
  }

  /** What service accounts have asked the API server for, as it says in its audit log. */
  public Path auditLog() {
    return apiServer.auditLog();
  }

  /** Ends the API server like a crash, and starts it again on the same data. */
  public void restartApiServer() throws IOException, InterruptedException {
    apiServer.restart();
  }

  /** Says which part is not running any more, if one is not. */
  public void requireAlive() throws IOException {
    apiServer.requireAlive();
    controllers.requireAlive();
    scheduler.requireAlive();
  }

  /** Leaves the logs. */
  @Override
  public void close() throws InterruptedException, IOException {
    scheduler.stop();
    controllers.stop();
    apiServer.close();
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.cluster;

import io.luminate.e2e.kubelet.Image;
import io.luminate.e2e.kubelet.Timing;
import io.luminate.kube.testkit.KubeBinary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A cluster for a person: make kube. Ends with the shell that it opens. */
public final class KubeMain {
  private KubeMain() {}

  /**
   * Starts a cluster, and a shell in its namespaces.
   *
   * @param args the folder for everything it writes; the server's command, which is the image
   *     luminate/server:dev; and the operator's class path, of the image luminate/operator:dev
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Optional<String> obstacle = KubeCluster.obstacle();
    if (obstacle.isPresent()) {
      System.err.println("No Kubernetes here: " + obstacle.get());
      System.exit(1);
    }
    Path folder = Path.of(args[0], Long.toString(System.currentTimeMillis()));
    System.out.println("Starting a cluster in " + folder + " …");
    try (KubeCluster cluster = KubeCluster.start(folder, Timing.scaledDown())) {
      cluster
          .images()
          .put("luminate/server:dev", server(args[1]))
          .put("luminate/operator:dev", operator(args[2]))
          .put("sh", Image.of("/bin/sh"));
      tell(cluster);
      shell(cluster);
    }
    // The clients' threads are not waited for: nothing is left that they could do.
    System.exit(0);
  }

  private static Image server(String command) {
    return Image.of(command)
        .withEnvironment(
            address ->
                Map.of("LUMINATE_SERVER_HOST", address, "LUMINATE_MANAGEMENT_HOST", address));
  }

  private static Image operator(String classPath) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return Image.of(
            java,
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-cp",
            classPath,
            "io.luminate.operator.OperatorMain")
        .withEnvironment(address -> Map.of("LUMINATE_OPERATOR_MANAGEMENT_HOST", address));
  }

  private static void tell(KubeCluster cluster) {
    System.out.printf(
        """
        A cluster of one node. Images: luminate/server:dev and luminate/operator:dev, of this tree, and sh.
        The output of pods is in %s, as there is no kubectl logs.
        kubectl is on the PATH; the cluster ends with this shell. From another terminal:
            nsenter --target $(pgrep -P %s) --user --net --mount --pid --preserve-credentials \
        env KUBECONFIG=%s PATH=%s:$PATH sh
        """,
        cluster.kubelet().logs(),
        System.getenv("LUMINATE_KUBE_NAMESPACES"),
        cluster.controlPlane().kubeconfig(),
        commands(cluster));
  }

  private static Path commands(KubeCluster cluster) {
    return cluster.controlPlane().kubeconfig().resolveSibling("bin");
  }

  private static void shell(KubeCluster cluster) throws IOException, InterruptedException {
    Path bin = Files.createDirectories(commands(cluster));
    Path kubectl = bin.resolve("kubectl");
    Path binary = KubeBinary.ofThisTree().file();
    Files.writeString(kubectl, "#!/bin/sh\nexec '" + binary + "' kubectl \"$@\"\n");
    if (!kubectl.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + kubectl + " executable");
    }
    ProcessBuilder shell = new ProcessBuilder(shellOfUser()).inheritIO();
    shell.environment().put("KUBECONFIG", cluster.controlPlane().kubeconfig().toString());
    shell.environment().merge("PATH", bin.toString(), (path, own) -> own + ":" + path);
    shell.start().waitFor();
  }

  /** One that is always there, where an account has none. */
  private static String shellOfUser() {
    return Optional.ofNullable(System.getenv("SHELL"))
        .filter(shell -> Files.isExecutable(Path.of(shell)))
        .orElse("/bin/sh");
  }
}

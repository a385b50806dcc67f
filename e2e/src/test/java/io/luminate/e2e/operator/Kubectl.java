// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import io.luminate.e2e.cluster.KubeCluster;
import io.luminate.kube.testkit.KubeBinary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a person types. */
final class Kubectl {
  private final KubeCluster cluster;

  Kubectl(KubeCluster cluster) {
    this.cluster = cluster;
  }

  /** What it prints; it must succeed. */
  String run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(KubeBinary.ofThisTree().file().toString());
    command.add("kubectl");
    command.add("--kubeconfig=" + cluster.controlPlane().kubeconfig());
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    if (status != 0) {
      throw new IOException(
          "kubectl " + List.of(arguments) + " ended with " + status + ": " + output);
    }
    return output;
  }

  /**
   * Applies a text, by the server's means: kubectl's own look before they make, and others make the
   * same definitions at the same time.
   */
  String apply(String namespace, String yaml) throws IOException, InterruptedException {
    Path file = Files.createTempFile("kubectl", ".yaml");
    try {
      Files.writeString(file, yaml);
      return run(
          "apply", "--server-side", "--force-conflicts", "-n", namespace, "-f", file.toString());
    } finally {
      Files.delete(file);
    }
  }
}

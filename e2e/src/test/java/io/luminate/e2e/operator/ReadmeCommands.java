// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import io.luminate.e2e.cluster.TestNamespace;
import io.luminate.kube.testkit.KubeBinary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** What the README has people type into a shell, once they have a cluster. */
final class ReadmeCommands {
  private static final Path README = Path.of("..", "README.md");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\n(.*?)^```$");

  private ReadmeCommands() {}

  /**
   * Types the block that has these words, where kubectl goes to the namespace.
   *
   * @return what is printed
   */
  static String type(TestNamespace namespace, String words)
      throws IOException, InterruptedException {
    Process shell =
        new ProcessBuilder("sh", "-ec", kubectl(namespace) + block(words))
            .redirectErrorStream(true)
            .start();
    shell.getOutputStream().close();
    String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (shell.waitFor() != 0) {
      throw new IOException("the README's commands end with " + shell.exitValue() + ": " + output);
    }
    return output;
  }

  private static String block(String words) throws IOException {
    return BLOCK
        .matcher(Files.readString(README))
        .results()
        .map(block -> block.group(1))
        .filter(block -> block.contains(words))
        .findFirst()
        .orElseThrow();
  }

  private static String kubectl(TestNamespace namespace) throws IOException {
    return "kubectl() { '%s' kubectl --kubeconfig='%s' -n %s \"$@\"; }\n"
        .formatted(
            KubeBinary.ofThisTree().file(),
            namespace.cluster().controlPlane().kubeconfig(),
            namespace.name());
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The cluster of {@code make kube}, for somebody who types into its shell, and beside it. */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class KubeMainTest {
  private static final String NAMESPACES =
      Path.of("..", "kube-testkit", "bin", "namespaces.sh").toString();
  private static final String ENTER = "nsenter ";

  @Test
  void shell_hasKubectl_andAnotherTerminalGetsThere(@TempDir Path folder) throws Exception {
    Process kube = start(folder);
    try (BufferedReader told = kube.inputReader()) {
      String enter = lineWith(told, ENTER);
      assertThat(answer(shell(enter), "kubectl get nodes --output=name\n"))
          .as("of %s", enter)
          .isEqualTo("node/node-1\n");
      type(kube, "kubectl get --raw=/readyz && echo ' it is' && exit 1\n");
      assertThat(lineWith(told, "it is")).isEqualTo("ok it is");
      assertThat(kube.waitFor()).as("the shell's own status is nobody's").isZero();
      assertThat(answer(shell(enter), "kubectl get nodes\n")).as("after its end").isEmpty();
    } finally {
      kube.destroy();
    }
  }

  /** For an account without a shell, which gets one all the same. */
  private static Process start(Path folder) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                NAMESPACES,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                KubeMain.class.getName(),
                folder.toString(),
                "/does/not/matter",
                "nor-does-this.jar")
            .redirectErrorStream(true);
    builder.environment().put("SHELL", "/does/not/exist");
    return builder.start();
  }

  /** Skips what is not possible here, but for a build server, which must not lose its way. */
  private static String lineWith(BufferedReader told, String words) throws IOException {
    StringBuilder before = new StringBuilder();
    for (String line = told.readLine(); line != null; line = told.readLine()) {
      if (line.contains(words)) {
        return line.strip();
      }
      before.append(line).append('\n');
    }
    boolean isPossible = before.indexOf("No Kubernetes here") < 0;
    assumeTrue(isPossible || System.getenv("CI") != null, before.toString());
    throw new AssertionError("no line with " + words + " but " + before);
  }

  private static Process shell(String command) throws IOException {
    return new ProcessBuilder(List.of("sh", "-c", command))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static void type(Process process, String text) throws IOException {
    OutputStream in = process.getOutputStream();
    in.write(text.getBytes(StandardCharsets.UTF_8));
    in.flush();
  }

  /** All that it prints until it ends, which it does after that text. */
  private static String answer(Process process, String text) throws Exception {
    try (OutputStream in = process.getOutputStream()) {
      in.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException gone) {
      // Who has ended already reads nothing.
    }
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return printed;
  }
}

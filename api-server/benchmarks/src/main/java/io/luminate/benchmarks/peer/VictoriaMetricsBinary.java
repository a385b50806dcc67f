// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.peer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** VictoriaMetrics, built once from its Go module into the user's cache. */
public final class VictoriaMetricsBinary {
  public static final String VERSION = "1.150.0";
  private static final String MODULE = "github.com/VictoriaMetrics/VictoriaMetrics";
  private static final String MAIN_PACKAGE = MODULE + "/app/victoria-metrics";

  private VictoriaMetricsBinary() {}

  /** Builds it unless that was done before; says why when it cannot. */
  public static Path get() throws IOException, InterruptedException {
    Path folder =
        Path.of(System.getProperty("user.home"), ".cache/luminate", "victoriametrics-v" + VERSION);
    Path binary = folder.resolve("victoria-metrics");
    if (Files.isExecutable(binary)) {
      return binary;
    }
    System.out.println("Building VictoriaMetrics " + VERSION + " once: a minute or two.");
    Path scratch = Files.createDirectories(folder.resolve("src"));
    Files.writeString(scratch.resolve("go.mod"), "module scratch\n\ngo 1.24\n");
    Path fresh = folder.resolve("victoria-metrics.new");
    go(scratch, List.of("go", "get", MAIN_PACKAGE + "@v" + VERSION));
    go(scratch, List.of("go", "build", "-o", fresh.toString(), MAIN_PACKAGE));
    Files.move(fresh, binary, StandardCopyOption.ATOMIC_MOVE);
    return binary;
  }

  private static void go(Path folder, List<String> command)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new IOException("go is not installed (" + e.getMessage() + ")", e);
    }
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0) {
      String[] lines = output.split("\n");
      throw new IOException(String.join(" ", command) + ": " + lines[lines.length - 1]);
    }
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.kube.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compiles the control plane, and says how far it is. */
final class GoBuild {
  private static final System.Logger LOG = System.getLogger(GoBuild.class.getName());

  /** As many as go lists when nothing of it is compiled yet; for the progress shown alone. */
  private static final int PACKAGES = 2_700;

  /** A line that is no package. */
  private static final String DOWNLOAD = "go: ";

  private static final Duration PROGRESS = Duration.ofSeconds(20);

  /** Of what go said, for the message of a failure. */
  private static final int LAST_LINES = 20;

  /** Where the parts look for what they are; without it they say v0.0.0, which clients refuse. */
  private static final List<String> VERSIONED =
      List.of("k8s.io/component-base/version", "k8s.io/client-go/pkg/version");

  private static final Pattern VERSION =
      Pattern.compile("(?m)^\\s*k8s\\.io/kubernetes (v(\\d+)\\.(\\d+)\\.\\d+)$");

  private final Path sources;

  GoBuild(Path sources) {
    this.sources = sources;
  }

  /** What the linker is told, by which two files of the same sources may differ. */
  String linkerFlags() throws IOException {
    Matcher version = VERSION.matcher(Files.readString(sources.resolve("go.mod")));
    if (!version.find()) {
      return "-s -w";
    }
    StringBuilder flags = new StringBuilder("-s -w");
    for (String name : VERSIONED) {
      flags.append(" -X ").append(name).append(".gitVersion=").append(version.group(1));
      flags.append(" -X ").append(name).append(".gitMajor=").append(version.group(2));
      flags.append(" -X ").append(name).append(".gitMinor=").append(version.group(3));
    }
    return flags.toString();
  }

  void run(Path file) throws IOException, InterruptedException {
    LOG.log(
        System.Logger.Level.INFO,
        "Building a Kubernetes control plane once, into {0}; some minutes",
        file);
    Process process = start(file);
    Deque<String> last = follow(process.inputReader());
    if (process.waitFor() != 0) {
      throw new IOException("go build in " + sources + " failed: " + String.join("\n", last));
    }
  }

  private Process start(Path file) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("go", "build", "-v", "-trimpath", "-ldflags=" + linkerFlags(), "-o")
            .directory(sources.toFile())
            .redirectErrorStream(true);
    builder.command().add(file.toString());
    builder.command().add(".");
    // Static, so that it starts on any Linux; and no question to git, which may not trust the tree.
    builder.environment().put("CGO_ENABLED", "0");
    builder.environment().put("GOFLAGS", "-mod=readonly -buildvcs=false");
    try {
      return builder.start();
    } catch (IOException e) {
      throw new IOException(
          "go is not installed, which builds the control plane once: https://go.dev/dl/ ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  /** Reads the names of the packages, one a line, to the end. */
  private static Deque<String> follow(BufferedReader lines) throws IOException {
    Deque<String> last = new ArrayDeque<>();
    Instant shown = Instant.now();
    int packages = 0;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      packages += line.startsWith(DOWNLOAD) ? 0 : 1;
      last.addLast(line);
      if (last.size() > LAST_LINES) {
        last.removeFirst();
      }
      if (Duration.between(shown, Instant.now()).compareTo(PROGRESS) > 0) {
        shown = Instant.now();
        LOG.log(System.Logger.Level.INFO, "{0} of about {1} packages", packages, PACKAGES);
      }
    }
    return last;
  }
}

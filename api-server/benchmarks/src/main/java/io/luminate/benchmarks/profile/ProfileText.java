// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.profile;

import io.luminate.benchmarks.process.ProcessUsage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Where a server's time went, as lines. */
public final class ProfileText {
  /** Has options for a server's JVM. */
  public static final String OPTIONS_VARIABLE = "LUMINATE_JAVA_OPTS";

  private static final int LINES_MAX = 12;

  private ProfileText() {}

  /** The option that makes a server record; only its orderly end writes the file. */
  public static String recordingInto(Path file) {
    return "-XX:StartFlightRecording=settings=profile,dumponexit=true,filename=" + file;
  }

  public static String threads(ProcessUsage usage) throws IOException {
    return usage.threads().stream()
        .limit(LINES_MAX)
        .map(thread -> "%s %.1f s".formatted(thread.name(), thread.cpu().toMillis() / 1e3))
        .collect(Collectors.joining(", ", "processor time by thread after the load: ", ""));
  }

  /** Of the samples taken in [from, to). */
  public static List<String> methods(Path recording, String phase, Instant from, Instant to)
      throws IOException {
    HotMethods methods = HotMethods.between(recording, from, to);
    List<String> lines = new ArrayList<>();
    lines.add("%s: %d samples; by the method of Luminate:".formatted(phase, methods.samples()));
    methods.owners(LINES_MAX).forEach(share -> lines.add(line(share)));
    lines.add(phase + ": by the method on top:");
    methods.tops(LINES_MAX).forEach(share -> lines.add(line(share)));
    return lines;
  }

  private static String line(HotMethods.Share share) {
    return "  %5.1f %%  %s".formatted(share.percent(), share.method());
  }
}

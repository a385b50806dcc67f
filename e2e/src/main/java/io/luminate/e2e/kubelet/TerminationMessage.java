// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a container leaves to be read in its status. */
final class TerminationMessage {
  static final int BYTES_MAX = 4096;
  private static final int LOG_BYTES_MAX = 2048;
  private static final int LOG_LINES_MAX = 80;

  private TerminationMessage() {}

  /** What it wrote; else, where it asks for that and has failed, the end of its log. */
  static String of(byte[] written, int code, String policy, Path log) throws IOException {
    if (written.length > 0 || code == 0 || !policy.equals("FallbackToLogsOnError")) {
      int length = Math.min(written.length, BYTES_MAX);
      return new String(written, 0, length, StandardCharsets.UTF_8);
    }
    List<String> lines =
        new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
    int first = Math.max(0, lines.size() - LOG_LINES_MAX);
    String end = String.join("\n", lines.subList(first, lines.size())) + "\n";
    return end.substring(Math.max(0, end.length() - LOG_BYTES_MAX));
  }
}

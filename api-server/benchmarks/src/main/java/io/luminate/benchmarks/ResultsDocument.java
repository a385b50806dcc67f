// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A document that keeps the results of each size between two comment lines. */
final class ResultsDocument {
  private ResultsDocument() {}

  /** Replaces the section, or adds it at the end. */
  static void replace(Path document, String size, String section) throws IOException {
    String text = Files.exists(document) ? Files.readString(document) : "";
    Files.writeString(document, replaced(text, size, section));
  }

  static String replaced(String text, String size, String section) {
    String begin = "<!-- results " + size + " -->\n";
    String end = "<!-- end of results " + size + " -->\n";
    String block = begin + section.strip() + "\n" + end;
    int from = text.indexOf(begin);
    int to = text.indexOf(end);
    if (from < 0 || to < from) {
      return text + (text.isEmpty() || text.endsWith("\n\n") ? "" : "\n") + block;
    }
    return text.substring(0, from) + block + text.substring(to + end.length());
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

/** Text of others, as it may stand in a status: one line, bounded, and without secrets. */
final class OneLine {
  /** A sentence or two; the event that repeats it may have 1 024 bytes. */
  static final int CHARS_MAX = 300;

  private static final String CUT = "…";

  private OneLine() {}

  static String of(String text) {
    String line =
        Secrecy.hide(text.replaceAll("[\\p{Cntrl}\\p{Space}\\u2028\\u2029]+", " ")).strip();
    if (line.length() <= CHARS_MAX) {
      return line;
    }
    int end = CHARS_MAX - CUT.length();
    return line.substring(0, Character.isHighSurrogate(line.charAt(end - 1)) ? end - 1 : end) + CUT;
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http.json;

import java.util.Arrays;

/**
 * Texts that kept the rules, by their bytes: the many series of a tenant have few names of metrics
 * and few keys, which so are neither made nor checked again. Bounded; not thread safe.
 */
final class CheckedTexts {
  private static final int SLOTS = 256;

  private final byte[][] bytes = new byte[SLOTS][];
  private final String[] texts = new String[SLOTS];

  CheckedTexts() {
    Arrays.fill(bytes, new byte[0]);
    Arrays.fill(texts, "");
  }

  /** {@code ""} if the text is not known. */
  String find(byte[] in, int from, int to) {
    int slot = slot(in, from, to);
    byte[] known = bytes[slot];
    return Arrays.equals(known, 0, known.length, in, from, to) ? texts[slot] : "";
  }

  /** Takes the place of another one. */
  void add(byte[] in, int from, int to, String text) {
    int slot = slot(in, from, to);
    bytes[slot] = Arrays.copyOfRange(in, from, to);
    texts[slot] = text;
  }

  private static int slot(byte[] in, int from, int to) {
    int hash = to - from;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + in[i];
    }
    return (hash ^ hash >>> 15) & SLOTS - 1;
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.load;

import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;

/** Many short byte strings in one array. */
final class Fragments {
  private final BodyBuffer bytes = new BodyBuffer();
  private final int[] ends;

  Fragments(int count, IntFunction<String> text) {
    ends = new int[count];
    for (int i = 0; i < count; i++) {
      bytes.append(text.apply(i).getBytes(StandardCharsets.US_ASCII));
      ends[i] = bytes.length();
    }
  }

  void appendTo(BodyBuffer out, int index) {
    int from = index == 0 ? 0 : ends[index - 1];
    out.append(bytes.array(), from, ends[index] - from);
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import java.util.List;
import java.util.stream.Collectors;

/** Lists within sentences. */
final class Sentences {
  /** More than these nobody reads. */
  private static final int NAMED_MAX = 3;

  private Sentences() {}

  /** The first few, and how many more there are. */
  static String list(List<?> things) {
    String named =
        things.stream().limit(NAMED_MAX).map(Object::toString).collect(Collectors.joining("; "));
    int more = things.size() - NAMED_MAX;
    return more <= 0 ? named : named + "; and " + more + " more";
  }
}

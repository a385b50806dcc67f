// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import java.util.List;
import java.util.stream.Stream;

/**
 * A setting as it was written.
 *
 * @param origin where: {@code config.yaml:12}, the name of a variable or flag, {@code default}
 * @param texts one text, or the elements of a list
 * @param expandable whether <code>${NAME}</code> stands for a variable: in files only
 */
record RawValue(String origin, List<String> texts, boolean expandable) {
  RawValue {
    texts = List.copyOf(texts);
  }

  /** A value from outside the file: taken as it is, commas separate the elements of a list. */
  static RawValue literal(String origin, String text, boolean list) {
    return new RawValue(origin, list ? elements(text).toList() : List.of(text), false);
  }

  static Stream<String> elements(String text) {
    return Stream.of(text.split(",")).map(String::strip).filter(part -> !part.isEmpty());
  }
}

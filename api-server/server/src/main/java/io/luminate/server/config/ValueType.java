// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import java.util.List;

/**
 * How the text of a setting becomes its value.
 *
 * @param allowed completes the sentence "expected …"
 * @param list whether the setting holds several texts (a YAML sequence, or commas) or exactly one
 */
record ValueType<T>(String allowed, boolean list, Reader<T> reader) {
  /** Throws {@link IllegalArgumentException}, its message a hint, when a text is not allowed. */
  @FunctionalInterface
  interface Reader<T> {
    T read(List<String> texts);
  }

  /** The same for a single text. */
  @FunctionalInterface
  interface TextReader<T> {
    T read(String text);
  }

  static <T> ValueType<T> single(String allowed, TextReader<T> reader) {
    return new ValueType<>(allowed, false, texts -> reader.read(texts.getFirst()));
  }

  static <T> ValueType<T> listOf(String allowed, Reader<T> reader) {
    return new ValueType<>(allowed, true, reader);
  }
}

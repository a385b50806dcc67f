// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Name of a preallocated file waiting for its next use; what it still holds means nothing. */
final class SpareName {
  private static final Pattern NAME = Pattern.compile("spare-([0-9]{1,9})\\.log");

  private SpareName() {}

  static String of(int number) {
    return "spare-%d.log".formatted(number);
  }

  static OptionalInt number(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What distinguishes one use of a journal file from every other use of the same bytes.
 *
 * @param generation unsigned, higher than that of every earlier file of the folder; 2^32 files of
 *     64 MiB are 256 PiB
 * @param salt random; enters the header checksums, so that no payload can be made to look like a
 *     frame
 */
record FileId(int generation, int salt) implements Comparable<FileId> {
  private static final Pattern NAME = Pattern.compile("journal-([0-9a-f]{8})-([0-9a-f]{8})\\.log");

  static Optional<FileId> parse(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int generation = Integer.parseUnsignedInt(matcher.group(1), 16);
    return Optional.of(new FileId(generation, Integer.parseUnsignedInt(matcher.group(2), 16)));
  }

  String fileName() {
    return "journal-%08x-%08x.log".formatted(generation, salt);
  }

  @Override
  public int compareTo(FileId other) {
    return Integer.compareUnsigned(generation, other.generation);
  }
}

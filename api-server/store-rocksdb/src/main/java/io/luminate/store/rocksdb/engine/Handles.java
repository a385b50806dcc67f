// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

/** A series handle: {@code metricId << 32 | ordinal}. */
final class Handles {
  private Handles() {}

  static long of(int metricId, int ordinal) {
    return (long) metricId << Integer.SIZE | ordinal;
  }

  static int metricId(long handle) {
    return (int) (handle >>> Integer.SIZE);
  }

  static int ordinal(long handle) {
    return (int) handle;
  }
}

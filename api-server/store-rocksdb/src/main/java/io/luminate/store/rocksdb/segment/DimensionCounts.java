// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

/**
 * Exact points per code of one dimension key. The arrays are not copied: neither side changes them.
 *
 * @param keyNo the key's number, as the index counts them
 * @param codes strictly ascending, never negative
 * @param counts points of each code
 */
public record DimensionCounts(int keyNo, int[] codes, long[] counts) {
  public DimensionCounts {
    if (codes.length != counts.length) {
      throw new IllegalArgumentException(codes.length + " codes but " + counts.length + " counts");
    }
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.index;

import java.util.BitSet;
import java.util.List;

/** Collects the codes that series have, by key. */
@FunctionalInterface
public interface UsedCodes {
  BitSet of(String key);

  /**
   * Adds those of a block's series without restoring any.
   *
   * @param keys as blocks number them
   */
  default void addBlock(byte[] block, List<String> keys) {
    SeriesBlock.Decoded decoded = SeriesBlock.decode(block);
    for (int keyNo = 0; keyNo < decoded.codes().length; keyNo++) {
      BitSet used = of(keys.get(keyNo));
      int[] codes = decoded.codes()[keyNo];
      decoded.defined().stream().forEach(i -> used.set(codes[i]));
    }
  }
}

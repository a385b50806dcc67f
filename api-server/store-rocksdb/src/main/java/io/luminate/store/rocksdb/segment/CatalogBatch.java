// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Changes to the catalog that happen together. The arrays handed in are not copied. */
public final class CatalogBatch {
  /**
   * @param value what the key gets, or nothing to delete it
   */
  record Change(byte[] key, Optional<byte[]> value) {}

  private final List<Change> changes = new ArrayList<>();

  public CatalogBatch put(byte[] key, byte[] value) {
    changes.add(new Change(key, Optional.of(value)));
    return this;
  }

  public CatalogBatch delete(byte[] key) {
    changes.add(new Change(key, Optional.empty()));
    return this;
  }

  public boolean isEmpty() {
    return changes.isEmpty();
  }

  List<Change> changes() {
    return Collections.unmodifiableList(changes);
  }

  /** The smallest key behind all that begin with a prefix. */
  static byte[] afterPrefix(byte[] prefix) {
    int last = prefix.length - 1;
    while (last >= 0 && prefix[last] == (byte) 0xff) {
      last--;
    }
    if (last < 0) {
      throw new IllegalArgumentException("a prefix must hold a byte other than 0xff");
    }
    byte[] end = Arrays.copyOf(prefix, last + 1);
    end[last]++;
    return end;
  }
}

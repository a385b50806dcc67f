// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import java.util.Optional;

/**
 * Small records under byte keys in unsigned bytewise order: manifest, dictionaries, series. Thread
 * safe; a batch is applied wholly or not at all, in the order of the calls. Methods throw {@link
 * StorageException}.
 *
 * <p>Iterating costs about a microsecond per record, so what is read by the million (series,
 * dictionary strings) belongs into records of some kilobytes each.
 */
public interface Catalog {
  /** Receives records in ascending order of keys; returns whether it wants more. */
  @FunctionalInterface
  interface Visitor {
    boolean record(byte[] key, byte[] value);
  }

  Optional<byte[]> get(byte[] key);

  /** Visits the records of {@code [from, to)} as they were when the scan began. */
  void scan(byte[] fromInclusive, byte[] toExclusive, Visitor visitor);

  /** Visits the records whose key begins with a prefix that is not empty. */
  default void scanPrefix(byte[] prefix, Visitor visitor) {
    scan(prefix, CatalogBatch.afterPrefix(prefix), visitor);
  }

  /** Applies a batch that survives the process, and a power loss after the next commit. */
  void write(CatalogBatch batch);

  /** Applies a batch; once this returns it survives a power loss, and so does all before it. */
  void commit(CatalogBatch batch);
}

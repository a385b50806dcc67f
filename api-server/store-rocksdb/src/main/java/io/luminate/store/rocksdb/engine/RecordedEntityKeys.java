// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.luminate.model.EntityKeys;
import io.luminate.store.rocksdb.folder.UnsupportedFormatException;
import io.luminate.store.rocksdb.segment.Catalog;
import io.luminate.store.rocksdb.segment.CatalogBatch;

/**
 * The entity keys by which a folder's segments are sorted. Under others a merge would join what is
 * in another order. A folder that does not have them yet records those with which it is opened.
 */
final class RecordedEntityKeys {
  private RecordedEntityKeys() {}

  /**
   * @throws UnsupportedFormatException if others are recorded
   */
  static void check(Catalog catalog, EntityKeys told) throws UnsupportedFormatException {
    String own = String.join(",", told.keys());
    byte[] recorded =
        catalog.get(CatalogKeys.ENTITY_KEYS).orElseGet(() -> record(catalog, own.getBytes(UTF_8)));
    String found = new String(recorded, UTF_8);
    if (!found.equals(own)) {
      throw new UnsupportedFormatException(
          "its points are sorted by entity_keys: %s, and this server is told %s: set entity_keys to the recorded list, or give it a folder of its own"
              .formatted(found, own));
    }
  }

  private static byte[] record(Catalog catalog, byte[] keys) {
    catalog.commit(new CatalogBatch().put(CatalogKeys.ENTITY_KEYS, keys));
    return keys;
  }
}

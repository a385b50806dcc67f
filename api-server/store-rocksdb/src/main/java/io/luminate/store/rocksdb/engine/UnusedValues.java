// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.model.TenantId;
import io.luminate.store.rocksdb.index.Dictionary;
import io.luminate.store.rocksdb.index.UsedCodes;
import io.luminate.store.rocksdb.segment.Catalog;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * Frees the codes of a tenant's dictionaries that no series has any more. Metrics that are not
 * loaded are read from the catalog, a block at a time.
 *
 * <p>Whoever gets a code enters it in an index under that index's lock, so a code that is in no
 * index when this looks, and was not handed out since it began, is in none at all.
 */
final class UnusedValues {
  private final SeriesRegistry registry;
  private final Catalog catalog;
  private final Runnable pause;

  UnusedValues(SeriesRegistry registry, Catalog catalog, Runnable pause) {
    this.registry = registry;
    this.catalog = catalog;
    this.pause = pause;
  }

  void free(TenantId tenant) {
    Map<String, Dictionary> dictionaries = registry.dictionaries(tenant);
    boolean done = false;
    try {
      dictionaries.values().forEach(Dictionary::beginTrace);
      Map<String, BitSet> used = used(tenant);
      dictionaries.forEach(
          (key, dictionary) -> dictionary.endTrace(used.getOrDefault(key, new BitSet())));
      done = true;
    } finally {
      if (!done) {
        dictionaries.values().forEach(Dictionary::abandonTrace);
      }
    }
  }

  private Map<String, BitSet> used(TenantId tenant) {
    Map<String, BitSet> used = new HashMap<>();
    UsedCodes out = key -> used.computeIfAbsent(key, k -> new BitSet());
    for (int metricId : registry.ids(tenant)) {
      registry
          .loaded(metricId)
          .ifPresentOrElse(index -> index.forEachUsedCode(out), () -> addStored(metricId, out));
      pause.run();
    }
    return used;
  }

  private void addStored(int metricId, UsedCodes out) {
    catalog.scanPrefix(
        CatalogKeys.seriesBlocks(metricId),
        (key, value) -> {
          out.addBlock(value, registry.storedKeys(metricId));
          return true;
        });
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Values that are forgotten after a while: what others may have changed is asked for anew, and what
 * is gone needs nobody to say so. Safe for use by many threads.
 */
final class ShortMemory<K, V> {
  private record Entry<V>(V value, Instant since) {}

  private final Map<K, Entry<V>> entries = new ConcurrentHashMap<>();
  private final Duration ageMax;

  ShortMemory(Duration ageMax) {
    this.ageMax = ageMax;
  }

  Optional<V> get(K key, Instant now) {
    return Optional.ofNullable(entries.get(key)).filter(e -> !isOld(e, now)).map(Entry::value);
  }

  void put(K key, V value, Instant now) {
    entries.values().removeIf(entry -> isOld(entry, now));
    entries.put(key, new Entry<>(value, now));
  }

  void forget(K key) {
    entries.remove(key);
  }

  private boolean isOld(Entry<V> entry, Instant now) {
    return !now.isBefore(entry.since().plus(ageMax));
  }
}

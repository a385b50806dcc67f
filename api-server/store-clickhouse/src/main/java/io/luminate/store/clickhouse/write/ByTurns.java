// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import io.luminate.model.TenantId;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What waits, in the order in which it comes: tenants take turns; of a tenant, what came first. For
 * one thread at a time.
 */
final class ByTurns<T> {
  private final SequencedMap<TenantId, ArrayDeque<T>> waiting = new LinkedHashMap<>();

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  int size() {
    return waiting.values().stream().mapToInt(ArrayDeque::size).sum();
  }

  void add(TenantId tenant, T one) {
    waiting.computeIfAbsent(tenant, first -> new ArrayDeque<>()).add(one);
  }

  /** Whether it still waited, and now does not. */
  boolean remove(TenantId tenant, T one) {
    ArrayDeque<T> own = waiting.get(tenant);
    boolean waited = own != null && own.remove(one);
    if (waited) {
      waiting.computeIfPresent(tenant, (same, left) -> left.isEmpty() ? null : left);
    }
    return waited;
  }

  /** Takes the one whose turn it is. */
  Optional<T> next() {
    Map.Entry<TenantId, ArrayDeque<T>> turn = waiting.pollFirstEntry();
    if (turn == null) {
      return Optional.empty();
    }
    T next = turn.getValue().removeFirst();
    if (!turn.getValue().isEmpty()) {
      waiting.putLast(turn.getKey(), turn.getValue());
    }
    return Optional.of(next);
  }

  /** Takes all that is left. */
  List<T> drain() {
    List<T> left = waiting.values().stream().flatMap(ArrayDeque::stream).toList();
    waiting.clear();
    return left;
  }
}

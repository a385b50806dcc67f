// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.store.rocksdb.head.Head;
import io.luminate.store.rocksdb.head.PartitionKey;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which day to seal, if any: one whose seal failed before; the largest when heads take too much
 * memory; that of the oldest frame when the journal takes too much disk, or the answers of keyed
 * requests, which go into the catalog with a seal, too much memory; a past day whose points have
 * waited long enough for more.
 */
final class SealPlan {
  private final Engine engine;
  private final Map<Integer, Long> lateSinceNanos = new HashMap<>();

  SealPlan(Engine engine) {
    this.engine = engine;
  }

  Optional<Integer> dueDay() {
    EngineState state = engine.state().get();
    if (!state.sealing().isEmpty()) {
      return Optional.of(state.sealing().getFirst().partition().day());
    }
    if (engine.headRoom().wantsSeal()) {
      return largestDay(state);
    }
    if (engine.journal().sizeBytes() >= engine.options().sizes().journalBytesMax()
        || engine.newKeyBytes() >= engine.options().sizes().headBytesMax()) {
      return oldestDay(state);
    }
    return lateDay(state);
  }

  private static Optional<Integer> largestDay(EngineState state) {
    Map<Integer, Long> bytes = new HashMap<>();
    for (Head head : state.growing().values()) {
      bytes.merge(head.partition().day(), head.bytes(), Long::sum);
    }
    return bytes.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
  }

  private static Optional<Integer> oldestDay(EngineState state) {
    return state.growing().values().stream()
        .min(Comparator.comparingLong(Head::firstSeq))
        .map(h -> h.partition().day());
  }

  private synchronized Optional<Integer> lateDay(EngineState state) {
    int today = PartitionKey.dayOf(engine.options().clock().millis());
    long now = System.nanoTime();
    long ageNanos = engine.options().upkeep().lateHeadAge().toNanos();
    Map<Integer, Long> known = new HashMap<>(lateSinceNanos);
    lateSinceNanos.clear();
    Optional<Integer> due = Optional.empty();
    for (Head head : state.growing().values()) {
      int day = head.partition().day();
      if (day < today) {
        long since = known.getOrDefault(day, now);
        lateSinceNanos.put(day, since);
        due = now - since >= ageNanos ? Optional.of(day) : due;
      }
    }
    return due;
  }
}

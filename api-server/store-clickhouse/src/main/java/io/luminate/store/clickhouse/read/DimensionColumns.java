// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import io.luminate.store.clickhouse.schema.MetricSlots;
import java.util.Collection;
import java.util.Optional;

/** Where the points of one metric keep their dimensions, as far as the slots tell. */
record DimensionColumns(MetricSlots slots) {

  /** Empty for a key that no point has: its value is {@code ""} everywhere. */
  Optional<String> of(String key, Parameters parameters) {
    if (slots.slotOf(key).isPresent()) {
      return Optional.of(MetricSlots.column(slots.slotOf(key).getAsInt()));
    }
    return slots.full() ? Optional.of("rest[" + parameters.text(key) + "]") : Optional.empty();
  }

  /** Whether no point has the key, until somebody gives it a slot. */
  boolean lacks(String key) {
    return !slots.full() && slots.slotOf(key).isEmpty();
  }

  boolean hasAll(Collection<String> keys) {
    return keys.stream().noneMatch(this::lacks);
  }
}

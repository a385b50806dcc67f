// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** One counter per error code. */
final class CodeCounters {
  /** There are some twenty codes; protects the scraper should a caller count by free text. */
  private static final int CODES_MAX = 64;

  private static final String OTHER = "OTHER";

  private final Map<String, Counter> counters = new ConcurrentHashMap<>();
  private final MeterRegistry registry;
  private final Function<String, Counter.Builder> builder;

  CodeCounters(MeterRegistry registry, Function<String, Counter.Builder> builder) {
    this.registry = registry;
    this.builder = builder;
  }

  void increment(String code) {
    Counter counter = counters.get(code);
    if (counter == null) {
      String label = counters.size() < CODES_MAX ? code : OTHER;
      counter = counters.computeIfAbsent(label, name -> builder.apply(name).register(registry));
    }
    counter.increment();
  }
}

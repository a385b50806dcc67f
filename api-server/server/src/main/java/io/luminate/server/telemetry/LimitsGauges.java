// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The limits document's figures, read when someone scrapes. */
final class LimitsGauges {
  private LimitsGauges() {}

  /** The gauges keep the supplier, of which a counter alone would lose hold. */
  static void register(MeterRegistry registry, Supplier<LimitsReading> limits) {
    MeterNames.limitsVersion(() -> limits.get().version()).register(registry);
    MeterNames.limitsChanged(() -> limits.get().changed().toEpochMilli() / 1_000.0)
        .register(registry);
    MeterNames.limitsFileGood(() -> limits.get().fileGood() ? 1 : 0).register(registry);
    refused(registry, limits, "file", LimitsReading::refusedFiles);
    refused(registry, limits, "push", LimitsReading::refusedPushes);
  }

  private static void refused(
      MeterRegistry registry,
      Supplier<LimitsReading> limits,
      String way,
      ToDoubleFunction<LimitsReading> count) {
    MeterNames.limitsRefused(limits, reading -> count.applyAsDouble(reading.get()), way)
        .register(registry);
  }
}

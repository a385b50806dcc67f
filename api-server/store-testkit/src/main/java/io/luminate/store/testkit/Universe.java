// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import io.luminate.model.Dimensions;
import io.luminate.model.TenantId;
import io.luminate.store.SeriesLimits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Who sends what: tenants that share metric names, metrics of every shape of value, and for each
 * some dense and many sparse series.
 */
final class Universe {
  /** Values whose orders by UTF-8 and by UTF-16 differ, look alike, or share prefixes. */
  static final List<String> TEXTS =
      List.of(
          "eu",
          "us",
          "e",
          "é",
          "e\u0301",
          "日本",
          "\uFF5E",
          "\uD83D\uDE00",
          "\uD83D\uDE00b",
          "Z",
          "a b",
          "\"'\\",
          "0",
          "-",
          "eu-west-1",
          // Its series are left out of rates and integrals.
          SeriesLimits.OVERFLOW_VALUE,
          "x".repeat(256));

  /** Retained for two days in a random run, so that the clip falls into the data. */
  static final String SHORT_LIVED = "short_lived";

  private static final List<String> KEYS =
      List.of("customer_id", "region", "tier", "host", "user_id", "\uFF5Ekey", "\uD83D\uDE00");
  private static final List<TenantId> TENANTS =
      List.of(new TenantId("acme"), new TenantId("Globex.2"), new TenantId("t_0-1"));

  enum Shape {
    COUNTER,
    INTEGER,
    TWO_DIGITS,
    THREE_DIGITS,
    REAL,
    EXTREME,
    CONSTANT
  }

  record Metric(TenantId tenant, String name, Shape shape, List<Dimensions> series) {}

  private final List<Metric> metrics = new ArrayList<>();

  Universe(SplittableRandom random) {
    for (TenantId tenant : TENANTS) {
      for (Shape shape : Shape.values()) {
        if (random.nextInt(4) > 0) {
          metrics.add(metric(tenant, nameOf(shape), shape, random));
        }
      }
      metrics.add(metric(tenant, SHORT_LIVED, Shape.COUNTER, random));
    }
  }

  private static String nameOf(Shape shape) {
    return "m_" + shape.name().toLowerCase(java.util.Locale.ROOT);
  }

  private static Metric metric(TenantId tenant, String name, Shape shape, SplittableRandom random) {
    int count = random.nextInt(5) == 0 ? 300 : 1 + random.nextInt(30);
    List<Dimensions> series = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      series.add(dimensions(random));
    }
    return new Metric(tenant, name, shape, series.stream().distinct().toList());
  }

  private static Dimensions dimensions(SplittableRandom random) {
    Map<String, String> pairs = new LinkedHashMap<>();
    if (random.nextInt(40) == 0) {
      for (int i = 0; i < 20; i++) {
        pairs.put("key_" + i, text(random));
      }
      return Dimensions.of(pairs);
    }
    for (String key : KEYS) {
      if (random.nextInt(3) > 0) {
        pairs.put(key, key.endsWith("_id") ? "c" + random.nextInt(60) : text(random));
      }
    }
    return Dimensions.of(pairs);
  }

  static String text(SplittableRandom random) {
    return TEXTS.get(random.nextInt(TEXTS.size()));
  }

  /** A key that some series have, or now and then one that none has. */
  static String key(SplittableRandom random) {
    int choice = random.nextInt(KEYS.size() + 2);
    return choice < KEYS.size() ? KEYS.get(choice) : choice == KEYS.size() ? "key_7" : "nobody";
  }

  List<Metric> metrics() {
    return metrics;
  }

  static List<TenantId> tenants() {
    return TENANTS;
  }
}

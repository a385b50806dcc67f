// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.demo;

import java.net.URI;

/** Where to write, how much at the busiest time of the day, and whose points. */
record DemoOptions(URI server, int pointsPerSecond, long seed) {
  /** Well below the 10 000 points/s that a tenant may write by default. */
  private static final int POINTS_PER_SECOND = 3_000;

  /** One request a second, which may hold 10 000 points by default. */
  private static final int POINTS_PER_SECOND_MAX = 10_000;

  DemoOptions {
    if (pointsPerSecond < 100 || pointsPerSecond > POINTS_PER_SECOND_MAX) {
      throw new IllegalArgumentException(
          "--rate: " + pointsPerSecond + " is not in 100 to " + POINTS_PER_SECOND_MAX);
    }
  }

  static DemoOptions parse(String... arguments) {
    DemoOptions options =
        new DemoOptions(URI.create("http://127.0.0.1:8080"), POINTS_PER_SECOND, 1);
    if (arguments.length % 2 != 0) {
      throw new IllegalArgumentException("a value is missing: " + String.join(" ", arguments));
    }
    for (int i = 0; i < arguments.length; i += 2) {
      options = options.with(arguments[i], arguments[i + 1]);
    }
    return options;
  }

  private DemoOptions with(String flag, String value) {
    return switch (flag) {
      case "--url" -> new DemoOptions(URI.create(value), pointsPerSecond, seed);
      case "--rate" -> new DemoOptions(server, Integer.parseInt(value), seed);
      case "--seed" -> new DemoOptions(server, pointsPerSecond, Long.parseLong(value));
      default -> throw new IllegalArgumentException(flag + " is none of --url, --rate, --seed");
    };
  }
}

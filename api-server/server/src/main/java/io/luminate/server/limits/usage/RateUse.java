// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits.usage;

import io.luminate.server.config.TenantLimit;
import java.util.Locale;

/**
 * How much of a limit is used that is free again a moment later. One process knows of itself alone,
 * so its part of the limit is what counts.
 *
 * @param used of rates the mean of the last minute, by second; of queries at work the most at once
 * @param value of the limit, of all processes
 * @param share of this one
 */
public record RateUse(LimitUse.Key key, double used, long value, double share) implements Nearing {
  @Override
  public boolean isNear() {
    return isTold() && used * 5 >= share * 4;
  }

  @Override
  public boolean isFar() {
    return !isTold() || used * 4 < share * 3;
  }

  /**
   * Whether there is anything to tell. A single place is either free or taken: that it is taken is
   * nothing to worry about.
   */
  boolean isTold() {
    return used > 0 && (!isConcurrency() || share != 1);
  }

  private boolean isConcurrency() {
    return key.limit() == TenantLimit.CONCURRENT_QUERIES;
  }

  /** Infinite where something is used of nothing. */
  public double ratio() {
    return used == 0 ? 0 : used / share;
  }

  @Override
  public String warning() {
    String what =
        isConcurrency()
            ? text("had %.0f queries at work at once", used)
            : text("used %.1f a second in the last minute", used);
    String part = share < value ? text(", and this server's part %.1f", share) : "";
    return "tenant %s %s, near its limit: %s is %d%s"
        .formatted(key.tenant(), what, key.limit().setting(), value, part);
  }

  private static String text(String format, double number) {
    return String.format(Locale.ROOT, format, number);
  }
}

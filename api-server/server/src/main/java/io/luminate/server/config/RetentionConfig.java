// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import io.luminate.model.RetentionPolicies;
import java.time.Duration;
import java.util.List;

/**
 * How long points live.
 *
 * @param cleanupInterval zero: the server never cleans up by itself, someone else triggers it
 * @param shorteningGrace how long bytes stay that a shorter retention hides
 */
public record RetentionConfig(
    RetentionPolicies policies, Duration cleanupInterval, Duration shorteningGrace) {
  /** As many policies as one cluster may have. */
  public static final int POLICIES_MAX = 256;

  /** Completes the sentence "expected …". */
  public static final String PATTERN_ALLOWED =
      "1 to 256 characters out of letters, digits, _ and *";

  /** Completes the sentence "expected …". */
  public static String allowed() {
    return ConfigKeys.DEFAULT_RETENTION.type().allowed();
  }

  /**
   * A retention such as {@code 30d}.
   *
   * @throws IllegalArgumentException when it is not allowed
   */
  public static Duration read(String text) {
    return ConfigKeys.DEFAULT_RETENTION.type().reader().read(List.of(text));
  }

  /** The shortest spelling. */
  public static String text(Duration retention) {
    return Units.text(retention);
  }

  public static boolean isPattern(String text) {
    return ValueTypes.METRIC_PATTERN.matcher(text).matches();
  }
}

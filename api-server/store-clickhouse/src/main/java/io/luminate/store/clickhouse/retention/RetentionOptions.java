// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.retention;

import io.luminate.model.RetentionRules;
import java.time.Duration;
import java.time.InstantSource;

/**
 * @param rules that count until others are applied
 * @param shorteningGrace how long bytes stay that a shorter retention hides
 * @param margin how long rows stay after the day that their retention ends in, so that there is
 *     time to lengthen it before any row is freed that a query sees
 */
public record RetentionOptions(
    InstantSource clock, RetentionRules rules, Duration shorteningGrace, Duration margin) {
  public static final Duration SHORTENING_GRACE = Duration.ofHours(24);
  public static final Duration MARGIN = Duration.ofDays(1);
}

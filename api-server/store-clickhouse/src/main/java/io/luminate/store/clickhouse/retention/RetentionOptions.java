// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.retention;

import io.luminate.model.RetentionPolicies;
import java.time.Duration;
import java.time.InstantSource;

/**
 * @param policies that hold until others are applied
 * @param margin how long rows stay after the day that their retention ends in, so that there is
 *     time to lengthen it before any row is freed that a query sees
 */
public record RetentionOptions(InstantSource clock, RetentionPolicies policies, Duration margin) {
  public static final Duration MARGIN = Duration.ofDays(1);
}

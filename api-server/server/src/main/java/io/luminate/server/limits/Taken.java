// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits;

/**
 * What a bucket answered.
 *
 * @param rate that counted
 * @param remaining whole tokens left
 * @param enoughInNanos until the same request would be granted, {@link #NEVER} if never; 0 if it
 *     was
 * @param fullInNanos until the bucket is full, {@link #NEVER} if it never fills
 */
public record Taken(
    Rate rate, boolean granted, long remaining, long enoughInNanos, long fullInNanos) {
  public static final long NEVER = Long.MAX_VALUE;
}

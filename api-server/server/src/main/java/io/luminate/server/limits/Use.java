// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits;

/**
 * What was taken from a bucket, and what is left.
 *
 * @param rate that counts
 * @param perSecond tokens taken in the last minute, as a mean; what a minute by the clock before
 *     this one took counts evenly
 * @param remaining whole tokens that would be granted now
 */
public record Use(Rate rate, double perSecond, long remaining) {}

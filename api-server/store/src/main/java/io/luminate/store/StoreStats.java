// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

/**
 * What is stored.
 *
 * @param series with points, of all metrics as {@link MetricsStore#largestMetrics} counts them
 * @param points of which some may be past their retention, where nothing freed them yet
 * @param diskBytes index and journal included, as the file system sees them
 */
public record StoreStats(long series, long points, long diskBytes) {}

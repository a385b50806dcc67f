// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.head;

/**
 * Points in the order of arrival. The first {@code size} never change; the arrays are shared, not
 * copied, and may be longer.
 *
 * @param ordinals the series of each point
 */
@SuppressWarnings("ArrayRecordComponent")
public record PointPage(int size, int[] ordinals, long[] timestampsMillis, double[] values) {}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

/**
 * Bounds of one question.
 *
 * @param memoryBytesMax that ClickHouse may use for it
 * @param countedRowsMax rows up to which an aggregate also counts their series: to read the column
 *     of series and to tell them apart takes up to half as long again as the aggregate itself
 * @param cellsMax values by group and bucket up to which all groups' buckets are made at once; past
 *     it the groups to be returned are found first, and their buckets made in a second statement
 * @param fewPointsMax of an entity that are fetched for a rate; of more ClickHouse makes it
 */
public record ReadLimits(
    long memoryBytesMax, long countedRowsMax, long cellsMax, int fewPointsMax) {
  private static final long COUNTED_ROWS_MAX = 1_000_000;
  private static final long CELLS_MAX = 1_000_000;
  private static final int FEW_POINTS_MAX = 20_000;

  public static ReadLimits ofMemory(long memoryBytesMax) {
    return new ReadLimits(memoryBytesMax, COUNTED_ROWS_MAX, CELLS_MAX, FEW_POINTS_MAX);
  }
}

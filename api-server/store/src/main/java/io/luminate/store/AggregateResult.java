// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import java.util.List;
import java.util.OptionalDouble;

/**
 * Rows by group rank, then by time.
 *
 * @param totalGroups groups that matched, returned or not
 * @param rankError present when percentiles are approximate: the bound on the error of a rank, as a
 *     fraction of a group's points
 */
public record AggregateResult(
    List<AggregateRow> rows, long totalGroups, OptionalDouble rankError, ScanStats stats) {
  public AggregateResult {
    rows = List.copyOf(rows);
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import java.util.List;

/** Rows by group rank, then by time; {@code totalGroups} counts groups that have any row. */
public record RateResult(List<RateRow> rows, long totalGroups, ScanStats stats) {
  public RateResult {
    rows = List.copyOf(rows);
  }
}

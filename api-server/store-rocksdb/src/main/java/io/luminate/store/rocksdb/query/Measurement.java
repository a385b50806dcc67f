// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import java.util.OptionalDouble;

/** One way to turn the points of every slot into a value. */
interface Measurement {
  /**
   * Measures group × bucket slots.
   *
   * @param groups above every group number
   */
  Totals measure(SeriesGroups series, int groups, Buckets buckets, ScanMeter meter);

  /** Whether buckets join into the value of their group without another look at the points. */
  boolean joins();

  /** Worst of all measurements so far; empty while all were exact. */
  default OptionalDouble rankError() {
    return OptionalDouble.empty();
  }
}

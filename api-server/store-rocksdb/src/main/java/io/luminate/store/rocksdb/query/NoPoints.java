// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.store.rocksdb.head.PointPage;

/** For scans of which only the meter matters: which series had a point. */
record NoPoints() implements RunSink {
  @Override
  public boolean needsTimes() {
    return false;
  }

  @Override
  public boolean needsValues() {
    return false;
  }

  @Override
  public void run(int group, int ordinal, long[] times, double[] values, int from, int to) {}

  @Override
  public void scattered(int[] groups, PointPage page, int first, int count) {}
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

/** A sink that can take points by their totals, undecoded. */
interface TotalsSink extends RunSink {
  default boolean takesTotals() {
    return true;
  }

  void totals(int group, long count, double sum, double min, double max);
}

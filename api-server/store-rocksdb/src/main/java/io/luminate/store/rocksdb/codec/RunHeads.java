// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.codec;

/**
 * Where runs begin inside one vector. A run is a stretch of neighbouring values that resemble each
 * other, such as the points of one series; position 0 is always a head, because a vector is decoded
 * without the one before it.
 */
public final class RunHeads {
  final int[] positions = new int[Frame.VALUES_MAX];
  int count;

  /** A vector that is one run. */
  public void single() {
    positions[0] = 0;
    count = 1;
  }

  /**
   * Cuts the heads of a vector out of the runs of its chunk.
   *
   * @param starts where each run begins, ascending, with the end of the last one behind it
   * @param firstRun the run that holds position {@code from}
   * @param from position of the vector's first value
   * @param to position behind the vector's last value
   * @return the run that holds position {@code to}
   */
  public int cut(int[] starts, int firstRun, int from, int to) {
    int found = 0;
    positions[found++] = 0;
    int run = firstRun + 1;
    while (starts[run] < to) {
      if (starts[run] > from) {
        positions[found++] = starts[run] - from;
      }
      run++;
    }
    count = found;
    return starts[run] == to ? run : run - 1;
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

/**
 * The column groups of a segment, stored apart so that a query reads only what it needs.
 *
 * <p>Order is the order of writing: TIMES, the largest, streams into the file while the others wait
 * in memory for their turn.
 */
public enum Column {
  TIMES(1),
  VALUES(2),
  RUNS(3),
  STATS(4),
  COUNTERS(5),
  DIRECTORY(6),
  ROOT(7);

  private final int code;

  Column(int code) {
    this.code = code;
  }

  /** As stored in keys and block headers. Never changes. */
  public int code() {
    return code;
  }
}

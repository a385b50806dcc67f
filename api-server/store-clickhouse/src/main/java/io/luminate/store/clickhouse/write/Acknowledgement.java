// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

/** When an unkeyed write is answered. */
public enum Acknowledgement {
  /** Once ClickHouse has the points. */
  STORED,

  /**
   * Once they are in a batch in this process' memory. What is there when the process dies is lost,
   * and so is what ClickHouse does not take within a minute, after a good answer. While no batch
   * takes more, writes wait for one as otherwise. Keyed writes do not buffer.
   */
  BUFFERED
}

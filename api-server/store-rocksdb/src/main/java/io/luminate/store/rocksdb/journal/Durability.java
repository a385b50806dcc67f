// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

/** What an acknowledged frame survives. */
public enum Durability {
  /** Power loss: a group is forced to the disk before it is acknowledged. */
  DISK,
  /** The death of the process: a group is handed to the operating system, not forced. */
  PROCESS
}

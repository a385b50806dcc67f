// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.faults;

/** What a client knows of a request. */
enum Fate {
  /** Acknowledged. */
  STORED,

  /** Refused, and told that nothing of it is stored. */
  REFUSED,

  /** Not answered, or told that it is not known. */
  UNKNOWN
}

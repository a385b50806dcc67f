// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

/**
 * What a grouping statement is made from.
 *
 * @param limit of groups
 */
record Source(Scan scan, GroupKeys keys, Parameters parameters, int limit) {

  /** Ends a statement that answers with {@link Groups}. */
  String ranked() {
    return " ORDER BY v DESC, " + keys.names() + "n LIMIT " + parameters.int64(limit);
  }
}

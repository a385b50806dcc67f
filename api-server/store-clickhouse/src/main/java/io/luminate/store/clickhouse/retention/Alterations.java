// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.retention;

import io.luminate.store.clickhouse.client.Statement;
import io.luminate.store.clickhouse.schema.Tables;

/** The statements that change the stored points, on every server. */
record Alterations(Tables tables) {
  /** How many merges may be begun in order to free rows: kept with the table, unlike a stop. */
  private static final String FREEING_MERGES = "max_number_of_merges_with_ttl_in_pool";

  /** As the table's definition shows it. */
  static final String NO_FREEING = FREEING_MERGES + " = 0";

  Statement stopFreeing() {
    return Statement.of("SYSTEM STOP TTL MERGES" + tables.onCluster() + " " + points());
  }

  Statement startFreeing() {
    return Statement.of("SYSTEM START TTL MERGES" + tables.onCluster() + " " + points());
  }

  Statement beginNoFreeing() {
    return alter("MODIFY SETTING " + NO_FREEING);
  }

  Statement beginFreeing() {
    return alter("RESET SETTING " + FREEING_MERGES);
  }

  /** Leaves the parts as they are. */
  Statement modifyTtl(String expression) {
    return alter("MODIFY TTL " + expression)
        .withSetting("materialize_ttl_after_modify", "0")
        .withSetting("max_query_size", Long.toString(Tables.STATEMENT_BYTES_MAX));
  }

  Statement materializeTtl() {
    return alter("MATERIALIZE TTL").withSetting("mutations_sync", "0");
  }

  /**
   * @param name a condition that is always true, by which the delete is found again
   */
  Statement delete(Rows rows, String name) {
    return rows.bind(
        alter("UPDATE _row_exists = 0 WHERE " + rows.condition() + " AND " + name)
            .withSetting("mutations_sync", "0"));
  }

  private Statement alter(String what) {
    return Statement.of("ALTER TABLE " + points() + tables.onCluster() + " " + what);
  }

  private String points() {
    return tables.storedPoints();
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.retention;

import io.luminate.model.TenantId;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.Statement;
import io.luminate.store.clickhouse.schema.Tables;
import java.util.HashSet;
import java.util.Set;

/**
 * What ClickHouse says of deletes. Each is found again by a condition in its text that is always
 * true. Values of its filters stand in the same text, as literals in which a quote is escaped, so
 * none of them can be taken for the condition.
 */
record DeleteMutations(ClickHouseClient client, Tables tables) {
  private static final String ALWAYS_TRUE = " != ''";

  private static final String OF = " of ";

  /** A tenant's name has no other characters. */
  private static final String NAMED = "'(delete-[0-9a-f]+" + OF + "[A-Za-z0-9._-]+)'" + ALWAYS_TRUE;

  enum State {
    /** Not begun, or done so long ago that ClickHouse has dropped it from its list. */
    ABSENT,
    RUNNING,
    DONE
  }

  static String name(String operation, TenantId tenant) {
    return operation + OF + tenant.value();
  }

  static boolean isOf(String name, TenantId tenant) {
    return name.endsWith(OF + tenant.value());
  }

  static String named(String operation, TenantId tenant) {
    return SqlText.literal(name(operation, tenant)) + ALWAYS_TRUE;
  }

  State state(String operation, TenantId tenant) {
    return client
        .query(
            asked(
                    "toInt64(countIf(NOT is_done)), toInt64(count())",
                    "position(command, {name:String}) > 0")
                .with("name", named(operation, tenant)),
            rows -> {
              long running = rows.int64();
              long found = rows.int64();
              return running > 0 ? State.RUNNING : found > 0 ? State.DONE : State.ABSENT;
            })
        .value();
  }

  /** Names of deletes under way, of every tenant; of one without a name its text. */
  Set<String> pending() {
    return client
        .query(
            asked(
                    "DISTINCT extract(command, {named:String}) AS name,"
                        + " if(name = '', command, name)",
                    "NOT is_done AND position(command, '_row_exists') > 0")
                .with("named", NAMED),
            rows -> {
              Set<String> names = new HashSet<>();
              while (rows.hasNext()) {
                rows.string();
                names.add(rows.string());
              }
              return names;
            })
        .value();
  }

  private Statement asked(String what, String which) {
    return Statement.of(
            "SELECT "
                + what
                + " FROM "
                + tables.system("mutations")
                + " WHERE database = {database:String} AND table = {table:String} AND "
                + which)
        .with("database", tables.database())
        .with("table", tables.storedName(Tables.POINTS));
  }
}

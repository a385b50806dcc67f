// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.retention;

import io.luminate.model.TenantId;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.Statement;
import io.luminate.store.clickhouse.schema.Tables;

/**
 * What ClickHouse says of deletes. Each is found again by a condition in its text that is always
 * true. Values of its filters stand in the same text, as literals in which a quote is escaped, so
 * none of them can be taken for the condition.
 */
record DeleteMutations(ClickHouseClient client, Tables tables) {
  private static final String ALWAYS_TRUE = " != ''";

  enum State {
    /** Not begun, or done so long ago that ClickHouse has dropped it from its list. */
    ABSENT,
    RUNNING,
    DONE
  }

  /** Deletes under way, of everybody and of one tenant. */
  record Pending(long all, long own) {}

  static String named(String operation, TenantId tenant) {
    return SqlText.literal(operation + " of " + tenant.value()) + ALWAYS_TRUE;
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

  Pending pending(TenantId tenant) {
    return client
        .query(
            asked(
                    "toInt64(uniqExact(command)),"
                        + " toInt64(uniqExactIf(command, match(command, {own:String})))",
                    "NOT is_done AND position(command, '_row_exists') > 0")
                .with("own", ofTenant(tenant)),
            rows -> new Pending(rows.int64(), rows.int64()))
        .value();
  }

  /** Of a tenant's name the dot alone means something in a pattern. */
  private static String ofTenant(TenantId tenant) {
    return "'delete-[0-9a-f]+ of " + tenant.value().replace(".", "[.]") + "'" + ALWAYS_TRUE;
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

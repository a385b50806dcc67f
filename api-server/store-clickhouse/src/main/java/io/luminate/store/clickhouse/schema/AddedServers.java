// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.schema;

import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.RowReader;
import io.luminate.store.clickhouse.client.Statement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives servers that were added to a cluster the tables that its others have, as they have them by
 * now: Keeper takes no replica whose columns or TTL are others. Tables of an earlier program have
 * {@code {uuid}} in their path, which stands for the one that they were made with.
 */
final class AddedServers {
  private static final Logger LOG = LoggerFactory.getLogger(AddedServers.class);

  private final ClickHouseClient client;
  private final Tables tables;

  AddedServers(ClickHouseClient client, Tables tables) {
    this.client = client;
    this.tables = tables;
  }

  /**
   * A table as most servers have it.
   *
   * @param create the statement, of one server alone
   * @param servers that have it
   */
  private record Made(String name, String create, long servers) {}

  /** Does nothing where all have the same tables, or none has any. Who is away is left out. */
  void complete() {
    long servers = servers();
    List<Made> missing = made().stream().filter(table -> table.servers() < servers).toList();
    if (!missing.isEmpty()) {
      LOG.info(
          "servers of the cluster lack tables of {}, which are made there: {}",
          tables.database(),
          missing.stream().map(Made::name).toList());
      client.execute(Statement.of(new Ddl(tables, false).createDatabase()));
      missing.forEach(this::makeEverywhere);
    }
  }

  private void makeEverywhere(Made table) {
    int columns = table.create().indexOf('(');
    client.execute(
        Statement.of(
                "CREATE TABLE IF NOT EXISTS "
                    + tables.named(table.name())
                    + tables.onCluster()
                    + " "
                    + table.create().substring(columns))
            .withSetting("max_query_size", Long.toString(Tables.STATEMENT_BYTES_MAX)));
  }

  private long servers() {
    return client
        .query(
            ofThoseThatAnswer("SELECT toInt64(count()) FROM " + tables.system("one")),
            RowReader::int64)
        .value();
  }

  private List<Made> made() {
    Statement question =
        ofThoseThatAnswer(
                "SELECT name, topK(1)(replaceAll(create_table_query, '{uuid}', toString(uuid)))[1],"
                    + " toInt64(count()) FROM "
                    + tables.system("tables")
                    + " WHERE database = {database:String} AND name IN {names:Array(String)}"
                    + " GROUP BY name ORDER BY name")
            .with("database", tables.database())
            .with("names", tables.names());
    return client.query(question, AddedServers::made).value();
  }

  private static Statement ofThoseThatAnswer(String select) {
    return Statement.of(select).asRepeatable().withSetting("skip_unavailable_shards", "1");
  }

  private static List<Made> made(RowReader rows) throws IOException {
    List<Made> made = new ArrayList<>();
    while (rows.hasNext()) {
      made.add(new Made(rows.string(), rows.string(), rows.int64()));
    }
    return made;
  }
}

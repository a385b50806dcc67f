// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.luminate.clickhouse.testkit.ClickHouseCluster;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.clickhouse.testkit.proxy.FaultProxy;
import io.luminate.model.EntityKeys;
import io.luminate.store.clickhouse.Shards;
import io.luminate.store.clickhouse.TestDatabase;
import io.luminate.store.clickhouse.client.ClickHouseAccess;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Servers that join a cluster. There is no Keeper, so what is fetched from others is not there in
 * the end; which tables are made, and in which order, is.
 */
class AddedServersTest {
  private static final String DATABASE = "grown";
  private static final Tables TABLES =
      new Tables(DATABASE, new Topology.Cluster(ClickHouseCluster.NAME));

  @TempDir private static Path folder;
  private static Shards shards;

  private final List<ClickHouseClient> clients = new ArrayList<>();

  @BeforeAll
  static void start() {
    shards = Shards.start(folder, 2);
  }

  @AfterAll
  static void stop() {
    shards.close();
  }

  @BeforeEach
  void make() {
    shards.execute("CREATE DATABASE " + DATABASE);
    open(shards.access(DATABASE));
  }

  @AfterEach
  void drop() {
    clients.forEach(ClickHouseClient::close);
    shards.drop(DATABASE);
  }

  private void open(ClickHouseAccess access) {
    ClickHouseClient client = new ClickHouseClient(access);
    clients.add(client);
    Schema.open(client, TABLES, TestDatabase.OWNERSHIP, EntityKeys.DEFAULT);
  }

  private static List<String> definitions(ClickHouseServer server) {
    return server.query(
        "SELECT name, create_table_query FROM system.tables WHERE database = '"
            + DATABASE
            + "' ORDER BY name");
  }

  /** Keeper would refuse it under the TTL that a table is first made with. */
  @Test
  void open_oneServerIsNew_getsTheTablesAsTheOthersHaveThem() {
    shards
        .near()
        .execute(
            "ALTER TABLE grown.points_local MODIFY TTL toDateTime(intDiv(timestamp, 1000)) + 77");
    shards.far().execute("DROP DATABASE " + DATABASE + " SYNC");
    String facts = facts();
    open(shards.access(DATABASE));
    assertThat(definitions(shards.far()))
        .hasSameSizeAs(TABLES.names())
        .isEqualTo(definitions(shards.near()))
        .anyMatch(definition -> definition.contains("77"));
    assertThat(facts()).isEqualTo(facts);
  }

  private static String facts() {
    return shards
        .near()
        .query("SELECT fact, version, value FROM grown.schema ORDER BY fact, version")
        .toString();
  }

  /** Of a path, in the tables of an earlier program. */
  @Test
  void open_uuidInADefinition_isThatOfTheOthers() {
    shards.near().execute("ALTER TABLE grown.slots MODIFY COMMENT 'made by {uuid}'");
    shards.far().execute("DROP TABLE grown.slots SYNC");
    open(shards.access(DATABASE));
    assertThat(shards.far().query("SELECT comment FROM system.tables WHERE name = 'slots'"))
        .isEqualTo(
            shards
                .near()
                .query(
                    "SELECT 'made by ' || toString(uuid) FROM system.tables WHERE name = 'slots'"));
  }

  /** Else it would find no owner and no version, and make itself the first. */
  @Test
  void open_theServerThatIsAskedIsNew_hasItsTablesAndFetchesBeforeItIsReadFrom() {
    List<String> before = definitions(shards.far());
    shards.near().execute("DROP DATABASE " + DATABASE + " SYNC");
    shards.near().execute("CREATE DATABASE " + DATABASE);
    ClickHouseAccess front = shards.access(DATABASE);
    try (FaultProxy proxy = FaultProxy.inFrontOf(URI.create(front.addresses().getFirst()))) {
      proxy.keepTexts();
      open(front.at(List.of(proxy.url().toString())));
      assertThat(definitions(shards.near())).isEqualTo(before);
      List<String> statements = proxy.texts();
      int made = first(statements, "CREATE TABLE IF NOT EXISTS `grown`.schema ");
      int fetched = first(statements, "SYSTEM SYNC REPLICA `grown`.schema ");
      int read = first(statements, "FROM `grown`.schema WHERE");
      assertThat(List.of(made, fetched, read)).isSorted().doesNotContain(-1);
    }
  }

  private static int first(List<String> statements, String part) {
    for (int i = 0; i < statements.size(); i++) {
      if (statements.get(i).contains(part)) {
        return i;
      }
    }
    return -1;
  }

  @Test
  void open_allHaveTheirTables_makesNone() {
    ClickHouseAccess front = shards.access(DATABASE);
    try (FaultProxy proxy = FaultProxy.inFrontOf(URI.create(front.addresses().getFirst()))) {
      proxy.keepTexts();
      open(front.at(List.of(proxy.url().toString())));
      assertThat(proxy.texts()).isNotEmpty().noneMatch(text -> text.contains("CREATE"));
    }
  }

  @Test
  void open_anotherServerIsAway_goesOn() {
    shards.far().kill9();
    try {
      assertThatCode(() -> open(shards.access(DATABASE))).doesNotThrowAnyException();
    } finally {
      shards.far().start();
    }
  }
}

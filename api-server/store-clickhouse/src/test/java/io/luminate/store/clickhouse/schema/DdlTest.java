// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The statements as they were when they were last read by somebody. Those for a cluster are checked
 * in no other way: they need a Keeper.
 */
class DdlTest {
  private static final Tables EAST = new Tables("luminate", new Topology.Cluster("east"));
  private static final Pattern PATH = Pattern.compile("Replicated\\w*MergeTree\\('([^']+)'");
  private static final Pattern CREATED =
      Pattern.compile("^CREATE TABLE IF NOT EXISTS `\\w+`\\.(\\w+)");

  @Test
  void singleServer_asWritten() throws IOException {
    assertThat(script(new Topology.SingleServer(), true)).isEqualTo(golden("single-server.sql"));
  }

  @Test
  void cluster_asWritten() throws IOException {
    assertThat(script(new Topology.Cluster("east"), true)).isEqualTo(golden("cluster.sql"));
  }

  /** Of all that are whole on each server. */
  @Test
  void clusterBeforeALook_asWritten() throws IOException {
    String looks =
        made(EAST).stream()
            .filter(create -> create.contains("/all'"))
            .map(DdlTest::tableOf)
            // When a metric was last read is noted and read to the hour.
            .filter(name -> !name.equals(Tables.READS))
            .map(name -> SharedTable.sync(EAST, name) + ";\n")
            .collect(Collectors.joining());
    assertThat(looks).isEqualTo(golden("cluster-looks.sql"));
  }

  @Test
  void names_areThoseOfAllTables() {
    Tables single = new Tables("luminate", new Topology.SingleServer());
    for (Tables tables : List.of(single, EAST)) {
      assertThat(made(tables).stream().map(DdlTest::tableOf))
          .containsExactlyInAnyOrderElementsOf(tables.names());
    }
  }

  /** Or what is added to a cluster, or is another one's, would be taken for the same or another. */
  @Test
  void pathsInKeeper_areOfTableDatabaseAndCluster() {
    Tables otherDatabase = new Tables("metrics", new Topology.Cluster("east"));
    Tables otherCluster = new Tables("luminate", new Topology.Cluster("west"));
    List<String> paths =
        Stream.of(EAST, otherDatabase, otherCluster)
            .flatMap(tables -> made(tables).stream())
            .flatMap(create -> PATH.matcher(create).results().map(found -> found.group(1)))
            .toList();
    assertThat(paths)
        .hasSize(3 * (EAST.names().size() - 2))
        .doesNotHaveDuplicates()
        .noneMatch(path -> path.contains("uuid"));
  }

  @Test
  void withoutStatistics_theirSettingIsNotNamed() {
    String without = script(new Topology.SingleServer(), false);
    assertThat(
            script(new Topology.SingleServer(), true).replace("auto_statistics_types = '', ", ""))
        .isEqualTo(without);
    assertThat(without).doesNotContain("statistics");
  }

  @Test
  void names_thatWouldEndAnIdentifier() {
    assertThatThrownBy(() -> new Tables("a`; DROP", new Topology.SingleServer()))
        .hasMessageContaining("database must match")
        .hasMessageContaining("a`; DROP");
    assertThatThrownBy(() -> new Topology.Cluster("")).hasMessageContaining("cluster must match");
  }

  private static String script(Topology topology, boolean statistics) {
    Ddl ddl = new Ddl(new Tables("luminate", topology), statistics);
    List<String> statements = new ArrayList<>();
    statements.add(ddl.createDatabase());
    statements.add(ddl.createSchemaTable());
    statements.addAll(ddl.createTables());
    statements.addAll(ddl.alterTables());
    return String.join(";\n\n", statements) + ";\n";
  }

  private static List<String> made(Tables tables) {
    Ddl ddl = new Ddl(tables, true);
    List<String> statements = new ArrayList<>(List.of(ddl.createSchemaTable()));
    statements.addAll(ddl.createTables());
    return statements;
  }

  private static String tableOf(String create) {
    Matcher name = CREATED.matcher(create);
    assertThat(name.find()).as(create).isTrue();
    return name.group(1);
  }

  private static String golden(String name) throws IOException {
    try (InputStream in = Objects.requireNonNull(DdlTest.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}

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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The statements as they were when they were last read by somebody. Those for a cluster are checked
 * in no other way: they need a Keeper.
 */
class DdlTest {
  @Test
  void singleServer_asWritten() throws IOException {
    assertThat(script(new Topology.SingleServer(), true)).isEqualTo(golden("single-server.sql"));
  }

  @Test
  void cluster_asWritten() throws IOException {
    assertThat(script(new Topology.Cluster("east"), true)).isEqualTo(golden("cluster.sql"));
  }

  @Test
  void clusterBeforeALook_asWritten() throws IOException {
    Tables tables = new Tables("luminate", new Topology.Cluster("east"));
    String looks =
        Stream.of(
                Tables.SLOTS,
                Tables.RETENTION,
                Tables.CARDINALITY,
                Tables.OPERATIONS,
                Tables.SCHEMA)
            .map(name -> SharedTable.sync(tables, name) + ";\n")
            .collect(Collectors.joining());
    assertThat(looks).isEqualTo(golden("cluster-looks.sql"));
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

  private static String golden(String name) throws IOException {
    try (InputStream in = Objects.requireNonNull(DdlTest.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}

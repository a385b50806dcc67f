// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.retention;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.Filter;
import io.luminate.model.RetentionPolicies;
import io.luminate.model.TenantId;
import io.luminate.store.DeleteRequest;
import io.luminate.store.clickhouse.client.Statement;
import io.luminate.store.clickhouse.schema.MetricSlots;
import io.luminate.store.clickhouse.schema.Tables;
import io.luminate.store.clickhouse.schema.Topology;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The statements as they were when they were last read by somebody. Those for a cluster are checked
 * in no other way: they need a Keeper.
 */
class AlterationsTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final MetricSlots SLOTS = new MetricSlots(List.of("zone", "host"));
  private static final MetricSlots FULL =
      new MetricSlots(
          IntStream.rangeClosed(1, MetricSlots.COUNT).mapToObj(slot -> "key" + slot).toList());

  @Test
  void singleServer_asWritten() throws IOException {
    assertThat(script(new Topology.SingleServer())).isEqualTo(golden("single-server.sql"));
  }

  @Test
  void cluster_asWritten() throws IOException {
    assertThat(script(new Topology.Cluster("east"))).isEqualTo(golden("cluster.sql"));
  }

  private static String script(Topology topology) {
    Alterations alterations = new Alterations(new Tables("luminate", topology));
    String ttl =
        TtlExpression.of(
            RetentionPolicies.keepFor(Duration.ofDays(30)), List.of(), Duration.ofHours(1));
    return Stream.of(
            alterations.beginNoFreeing(),
            alterations.stopFreeing(),
            alterations.modifyTtl(ttl),
            alterations.materializeTtl(),
            alterations.startFreeing(),
            alterations.beginFreeing(),
            delete(alterations, SLOTS),
            delete(alterations, SLOTS, new Filter("host", List.of("a", "b"))),
            delete(alterations, SLOTS, new Filter("unknown", List.of("", "c"))),
            delete(alterations, SLOTS, new Filter("unknown", List.of("c"))),
            delete(alterations, FULL, new Filter("unknown", List.of("", "c"))))
        .map(AlterationsTest::text)
        .collect(Collectors.joining("\n"));
  }

  private static Statement delete(Alterations alterations, MetricSlots slots, Filter... filters) {
    DeleteRequest request = new DeleteRequest(ACME, "m", 0, List.of(filters));
    return alterations.delete(new Rows(request, slots), DeleteMutations.named("delete-1", ACME));
  }

  private static String text(Statement statement) {
    String settings =
        new TreeMap<>(statement.settings())
            .entrySet().stream().map(Object::toString).collect(Collectors.joining(", "));
    return statement.sql() + (settings.isEmpty() ? "" : "\n-- with " + settings) + ";\n";
  }

  private static String golden(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(AlterationsTest.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}

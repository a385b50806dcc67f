// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.cardinality;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.TenantId;
import io.luminate.store.clickhouse.TestDatabase;
import io.luminate.store.clickhouse.write.block.SketchBlock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.datasketches.hll.HllSketch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rows of a real table. */
class SketchTableTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final Duration LATELY = Duration.ofMinutes(10);
  private static final long DAY = 20_000;

  private final TestDatabase database = TestDatabase.withTables();
  private final SketchTable table = new SketchTable(database.client(), database.tables());

  @AfterEach
  void close() {
    database.close();
  }

  private void insert(String process, int metrics, int seriesEach) {
    SketchBlock block = new SketchBlock();
    HllSketch sketch = new HllSketch(MetricCount.LG_K);
    for (int i = 0; i < seriesEach; i++) {
      sketch.update(i);
    }
    for (int i = 0; i < metrics; i++) {
      block.add(
          new SketchBlock.Row(
              ACME.value(),
              metric(i).metric(),
              DAY,
              process,
              7,
              0xFFFF_FFFFL,
              sketch.toCompactByteArray()));
    }
    table.insert(block, SketchTable.WITHIN);
  }

  /** The names of many do not fit into a URL. */
  private static MetricName metric(int number) {
    return new MetricName(ACME, "it's \\ " + "x".repeat(100) + number);
  }

  private List<SketchTable.Change> changes(Set<MetricName> names) {
    List<SketchTable.Change> changes = new ArrayList<>();
    table.changes("own", LATELY, names, changes::add);
    return changes;
  }

  @Test
  void changed_saysWhichOfTheWantedMetricsOthersWrote() {
    insert("own", 4, 1);
    insert("other", 3, 1);
    Set<MetricName> wanted = Set.of(metric(1), metric(2), metric(3));
    assertThat(table.changed("own", LATELY, wanted::contains))
        .containsExactlyInAnyOrder(metric(1), metric(2));
  }

  @Test
  void changes_manyVersionsOfManyMetrics_newestOfTheNamedAlone() {
    insert("other", 200, 1);
    insert("other", 200, 2);
    insert("another", 200, 3);
    insert("own", 200, 4);
    Set<MetricName> names = new HashSet<>();
    for (int i = 0; i < 2 * SketchTable.METRICS_AT_ONCE + 1; i++) {
      names.add(metric(i));
    }
    List<SketchTable.Change> changes = changes(names);
    assertThat(changes).hasSize(2 * names.size());
    assertThat(changes).allMatch(change -> names.contains(change.name()) && change.epoch() == 7);
    assertThat(changes.stream().map(change -> Math.round(change.sketch().getEstimate())))
        .containsOnly(2L, 3L);
  }

  @Test
  void changes_statement_answersWithOneSketchForEachRow_whateverItsVersions() {
    for (int version = 1; version <= 5; version++) {
      insert("other", 2, version);
    }
    assertThat(changes(Set.of(metric(0)))).hasSize(1);
  }

  @Test
  void own_isWhatTheProcessWroteLast() {
    insert("own", 2, 4);
    insert("own", 2, 5);
    insert("other", 2, 6);
    List<SketchTable.Change> own = new ArrayList<>();
    table.own("own", Set.of(metric(0), metric(1)), SketchTable.WITHIN, own::add);
    assertThat(own).hasSize(2);
    assertThat(own).allMatch(row -> Math.round(row.sketch().getEstimate()) == 5);
  }
}

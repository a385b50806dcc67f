// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.series;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.model.Dimensions;
import io.luminate.model.EntityKeys;
import io.luminate.model.TenantId;
import io.luminate.store.clickhouse.schema.MetricSlots;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SeriesTableTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final TenantId GLOBEX = new TenantId("globex");
  private static final long BYTES_MIN = SeriesTable.GENERATIONS * 64L << 10;

  private final Map<String, MetricSlots> slots = new HashMap<>();

  /** In the order in which keys come, as a ClickHouse that nobody else uses gives them. */
  private MetricSlots assign(TenantId tenant, String metric, Collection<String> keys) {
    return slots.merge(
        tenant + "/" + metric,
        extended(MetricSlots.NONE, keys),
        (before, added) -> extended(before, keys));
  }

  private static MetricSlots extended(MetricSlots before, Collection<String> keys) {
    Set<String> all = new LinkedHashSet<>(before.keys());
    all.addAll(keys);
    return new MetricSlots(all.stream().limit(MetricSlots.COUNT).toList());
  }

  private SeriesTable table(long bytesMax) {
    return new SeriesTable(this::assign, EntityKeys.DEFAULT, bytesMax);
  }

  @Test
  void handle_sameSeries_sameNumber() {
    SeriesTable table = table(BYTES_MIN);
    long first = table.handle(ACME, "m", Dimensions.of("a", "1", "b", "2"));
    assertThat(table.handle(ACME, "m", Dimensions.of("b", "2", "a", "1"))).isEqualTo(first);
    assertThat(table.size()).isEqualTo(1);
  }

  @Test
  void handle_otherTenantMetricKeyOrValue_otherNumber() {
    SeriesTable table = table(BYTES_MIN);
    assertThat(
            List.of(
                table.handle(ACME, "m", Dimensions.of("a", "1")),
                table.handle(GLOBEX, "m", Dimensions.of("a", "1")),
                table.handle(ACME, "n", Dimensions.of("a", "1")),
                table.handle(ACME, "m", Dimensions.of("b", "1")),
                table.handle(ACME, "m", Dimensions.of("a", "2")),
                table.handle(ACME, "m", Dimensions.EMPTY)))
        .doesNotHaveDuplicates();
  }

  @Test
  void cursor_readsWhatWasKept() {
    SeriesTable table = table(BYTES_MIN);
    String[] pairs = new String[50];
    for (int i = 0; i < 25; i++) {
      pairs[2 * i] = "key_" + (char) ('a' + i);
      pairs[2 * i + 1] = "x".repeat(i * 20 + 1);
    }
    pairs[48] = "user_id";
    pairs[49] = "é";
    long handle = table.handle(ACME, "m", Dimensions.of(pairs));
    SeriesCursor cursor = table.cursor();
    assertThat(cursor.begin(new long[] {handle}, 1)).isTrue();
    cursor.moveTo(handle);
    assertThat(new String(cursor.metric().tenant(), UTF_8)).isEqualTo("acme");
    assertThat(cursor.slotPairs()).isEqualTo(20);
    assertThat(cursor.restPairs()).isEqualTo(5);
    assertThat(cursor.entityPair()).isEqualTo(24);
    byte[] bytes = cursor.bytes();
    int at = cursor.pairs();
    assertThat(bytes[at]).isEqualTo((byte) 1);
    assertThat(bytes[at + 1]).isEqualTo((byte) 1);
    assertThat(bytes[at + 2]).isEqualTo((byte) 'x');
  }

  @Test
  void handle_moreThanFits_forgetsTheOldest() {
    long seed = Long.getLong("luminate.seed", 7);
    Random random = new Random(seed);
    SeriesTable table = table(BYTES_MIN);
    SeriesCursor cursor = table.cursor();
    List<Dimensions> series = new ArrayList<>();
    List<Long> handles = new ArrayList<>();
    for (int i = 0; i < 30_000; i++) {
      series.add(Dimensions.of("customer_id", "c" + i, "text", "y".repeat(random.nextInt(90))));
      handles.add(table.handle(ACME, "m" + i % 3, series.get(i)));
      assertThat(table.bytes()).as("seed %d", seed).isLessThan(BYTES_MIN * 5 / 4);
      assertThat(handles.get(i)).as("seed %d", seed).isGreaterThanOrEqualTo(table.lowestHandle());
    }
    assertThat(handles).isSorted();
    assertThat(table.lowestHandle()).isGreaterThan(handles.getFirst());
    for (int i = 0; i < series.size(); i++) {
      long handle = handles.get(i);
      boolean good = handle >= table.lowestHandle();
      boolean readable = cursor.begin(new long[] {handle}, 1);
      assertThat(readable || !good).as("seed %d, series %d", seed, i).isTrue();
      if (good) {
        assertThat(table.handle(ACME, "m" + i % 3, series.get(i)))
            .as("seed %d, series %d", seed, i)
            .isEqualTo(handle);
        cursor.moveTo(handle);
        assertThat(new String(cursor.metric().metric(), UTF_8)).isEqualTo("m" + i % 3);
      }
    }
    long again = table.handle(ACME, "m0", series.getFirst());
    assertThat(again).isGreaterThan(handles.getLast());
    assertThat(cursor.begin(new long[] {handles.getFirst(), again}, 2)).isFalse();
  }

  @Test
  void cursor_aGenerationAboutToGo_canStillBeRead() {
    SeriesTable table = table(BYTES_MIN);
    List<Long> handles = new ArrayList<>();
    while (table.lowestHandle() == 0) {
      handles.add(table.handle(ACME, "m", Dimensions.of("k", "v" + handles.size())));
    }
    assertThat(handles.getFirst()).isLessThan(table.lowestHandle());
    assertThat(table.cursor().begin(new long[] {handles.getFirst()}, 1)).isTrue();
    assertThat(table.handle(ACME, "m", Dimensions.of("k", "v0"))).isGreaterThan(handles.getLast());
  }

  @Test
  void cursor_aNumberNeverGiven_isRefused() {
    SeriesTable table = table(BYTES_MIN);
    long handle = table.handle(ACME, "m", Dimensions.EMPTY);
    SeriesCursor cursor = table.cursor();
    for (long wrong : new long[] {0, -1, 1, handle + 1000, handle + (1L << 32)}) {
      assertThatThrownBy(() -> cursor.begin(new long[] {handle, wrong}, 2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no handle");
    }
  }

  @Test
  void handle_aTenthOfAMillionSeries_inATenthOfTheMemoryPromised() {
    SeriesTable table = table(16L << 20);
    for (int i = 0; i < 110_000; i++) {
      String customer = "cust_" + i / 10;
      table.handle(
          ACME,
          "api_latency",
          Dimensions.of(
              "customer_id",
              customer,
              "endpoint",
              "/api/v1/resource_" + i % 10,
              "region",
              "us-east-" + i % 3,
              "status_code",
              "200",
              "tier",
              "enterprise"));
    }
    assertThat(table.lowestHandle()).isZero();
    assertThat(table.size()).isEqualTo(110_000);
    assertThat(table.bytes()).isLessThan(16L << 20);
  }
}

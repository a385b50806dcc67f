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
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
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
  void cursor_released_keepsNoneFromGoing() {
    SeriesTable table = table(BYTES_MIN);
    SeriesCursor cursor = table.cursor();
    long first = table.handle(ACME, "m", Dimensions.of("k", "v0"));
    assertThat(cursor.begin(new long[] {first}, 1)).isTrue();
    cursor.moveTo(first);
    WeakReference<byte[]> page = new WeakReference<>(cursor.bytes());
    cursor.release();
    for (int i = 1; cursor.begin(new long[] {first}, 1); i++) {
      table.handle(ACME, "m", Dimensions.of("k", "v" + i));
      cursor.release();
    }
    cursor.release();
    System.gc();
    assertThat(page.get()).isNull();
    assertThat(cursor.begin(new long[] {table.handle(ACME, "m", Dimensions.of("k", "v0"))}, 1))
        .isTrue();
  }

  /** Fills one generation after the other, each within the given time. */
  private static void fill(SeriesTable table, AtomicLong nanos, Duration each, int generations) {
    long newest = 0;
    for (int i = 0; newest < generations; i++) {
      long handle = table.handle(ACME, "m", Dimensions.of("k", each + " " + i));
      if (handle >>> 32 > newest) {
        newest = handle >>> 32;
        nanos.addAndGet(each.toNanos());
      }
    }
  }

  @Test
  void renew_ofAMetric_sparesAllOthers() {
    SeriesTable table = table(BYTES_MIN);
    Dimensions series = Dimensions.of("k", "v");

    long deleted = table.handle(ACME, "m", series);
    List<Long> spared = List.of(table.handle(ACME, "n", series), table.handle(GLOBEX, "m", series));
    for (int version = 1; version <= 100; version++) {
      table.renew(ACME, "m", version);
    }
    assertThat(table.isGood(deleted)).isFalse();
    assertThat(deleted).isLessThan(table.lowestSureHandle(ACME));
    assertThat(table.lowestHandle()).isLessThanOrEqualTo(deleted);
    assertThat(spared).allMatch(table::isGood);
    assertThat(table.cursor().begin(new long[] {deleted}, 1)).as("can be written").isTrue();
    assertThat(table.isStale(deleted)).isTrue();
    long again = table.handle(ACME, "m", series);
    assertThat(again).isGreaterThanOrEqualTo(table.lowestSureHandle(ACME));
    assertThat(table.handle(ACME, "m", series)).isEqualTo(again);
    table.renew(ACME, "m", 100);
    assertThat(table.isGood(again)).as("once for each version").isTrue();
    table.renew(ACME, "m", 101);
    assertThat(table.isGood(again)).isFalse();
  }

  @Test
  void lowestHandle_theFasterSeriesAreForgotten_theMoreAreTakenForForgotten() {
    int all = SeriesTable.GENERATIONS;
    assertThat(leaving(Duration.ofSeconds(30), all + 4)).isEqualTo(1);
    assertThat(leaving(Duration.ofMillis(350), all + 4)).isEqualTo(3);
    assertThat(leaving(Duration.ofMillis(1), all + 4)).isEqualTo(all / 2);
    assertThat(leaving(Duration.ofMillis(1), all - 1)).isZero();
  }

  /** How many of the generations that can be read give out no handles. */
  private long leaving(Duration each, int generations) {
    AtomicLong nanos = new AtomicLong();
    SeriesTable table = new SeriesTable(this::assign, EntityKeys.DEFAULT, BYTES_MIN, nanos::get);
    fill(table, nanos, each, generations);
    long oldest = Math.max(1, generations - SeriesTable.GENERATIONS + 1);
    return Math.max(0, (table.lowestHandle() >>> 32) - oldest);
  }

  @Test
  void handle_aSeriesInUse_isNeverForgotten() {
    SeriesTable table = table(BYTES_MIN);
    SeriesCursor cursor = table.cursor();
    Dimensions used = Dimensions.of("customer_id", "always");
    long first = table.handle(ACME, "m", used);
    long last = first;
    for (int i = 0; i < 60_000; i++) {
      table.handle(ACME, "m", Dimensions.of("customer_id", "once " + i));
      if (last < table.lowestHandle()) {
        assertThat(cursor.begin(new long[] {last}, 1)).as("still readable").isTrue();
        last = table.handle(ACME, "m", used);
        assertThat(last).isGreaterThanOrEqualTo(table.lowestHandle());
      }
    }
    assertThat(last).isGreaterThan(first);
    assertThat(table.size()).isLessThan(60_000);
  }

  /** Series come at random, more of them than there is room for. */
  @Test
  void handle_moreSeriesThanFit_mostThatFitAreKnownWhenTheyComeAgain() {
    assertThat(knownPercent(0.9)).isEqualTo(100);
    assertThat(knownPercent(1.25)).isGreaterThan(60);
    assertThat(knownPercent(1.5)).isGreaterThan(50);
    assertThat(knownPercent(3)).isGreaterThan(20);
  }

  private long knownPercent(double timesTheRoom) {
    AtomicLong nanos = new AtomicLong();
    SeriesTable table =
        new SeriesTable(this::assign, EntityKeys.DEFAULT, 2 * BYTES_MIN, nanos::get);
    int room = Math.toIntExact(room(2 * BYTES_MIN));
    int series = (int) (room * timesTheRoom);
    long[] handles = new long[series];
    Random random = new Random(Long.getLong("luminate.seed", 3));
    int warm = 4 * room;
    int known = 0;
    for (int i = 0; i < 2 * warm; i++) {
      int one = i < series ? i : random.nextInt(series);
      boolean hit = handles[one] != 0 && handles[one] >= table.lowestHandle();
      known += hit && i >= warm ? 1 : 0;
      handles[one] = hit ? handles[one] : table.handle(ACME, "m", dimensions(one));
      nanos.addAndGet(1_000_000);
    }
    return 100L * known / warm;
  }

  private static Dimensions dimensions(int series) {
    return Dimensions.of("customer_id", "customer_%07d".formatted(series));
  }

  private long room(long bytesMax) {
    SeriesTable table = table(bytesMax);
    for (int i = 0; table.lowestHandle() == 0; i++) {
      table.handle(ACME, "m", dimensions(i));
    }
    return table.size();
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

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.model.Dimensions;
import io.luminate.model.EntityKeys;
import io.luminate.model.TenantId;
import io.luminate.model.Utf8Order;
import io.luminate.store.PointBatch;
import io.luminate.store.SeriesLimits;
import io.luminate.store.clickhouse.schema.MetricSlots;
import io.luminate.store.clickhouse.write.series.SeriesCursor;
import io.luminate.store.clickhouse.write.series.SeriesTable;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PointBlockTest {
  private static final String OVERFLOW = SeriesLimits.OVERFLOW_VALUE;
  private static final long DAY_MILLIS = 86_400_000;

  /** Keys in the slots of every metric, not in their own order; others have none. */
  private static final MetricSlots SLOTS =
      new MetricSlots(
          List.of(
              "z",
              "customer_id",
              "k",
              "b",
              "a1",
              "a2",
              "a3",
              "a4",
              "a5",
              "a6",
              "a7",
              "a8",
              "a9",
              "b1",
              "b2",
              "b3",
              "b4",
              "b5",
              "b6",
              "b7"));

  private static final Comparator<Row> TABLE_ORDER =
      Comparator.comparing(Row::tenant, Utf8Order.COMPARATOR)
          .thenComparing(Row::metric, Utf8Order.COMPARATOR)
          .thenComparing(Row::entity, Utf8Order.COMPARATOR)
          .thenComparing(Row::series)
          .thenComparing(Row::timestamp);

  private final SeriesTable series =
      new SeriesTable((tenant, metric, keys) -> SLOTS, EntityKeys.DEFAULT, 16L << 20);

  private record Row(
      String tenant,
      String metric,
      String entity,
      BigInteger series,
      long timestamp,
      double value,
      Map<String, String> slots,
      Map<String, String> rest,
      boolean overflow) {}

  @Test
  void block_ofAnyRows_hasThemAllAsTheTableSortsThem() throws IOException {
    long seed = Long.getLong("luminate.seed", 11);
    Random random = new Random(seed);
    PointBlock few = new PointBlock(new LargeBlocks());
    PointBlock many = new PointBlock(new LargeBlocks(), 9);
    SeriesCursor cursor = series.cursor();
    for (int round = 0; round < 60; round++) {
      PointBlock block = random.nextBoolean() ? few : many;
      block.clear();
      List<Row> expected = new ArrayList<>();
      Population population = new Population(random);
      for (int batches = random.nextInt(4); batches >= 0; batches--) {
        add(block, cursor, population, random.nextInt(1 << random.nextInt(13)), expected);
      }
      check("seed %d, round %d".formatted(seed, round), block, expected, random);
    }
  }

  @Test
  void add_secondLargeBlock_waitsForTheFirst() throws Exception {
    LargeBlocks largeBlocks = new LargeBlocks();
    PointBlock first = new PointBlock(largeBlocks);
    PointBlock second = new PointBlock(largeBlocks);
    PointBatch batch = new PointBatch(new TenantId("acme"), 1);
    batch.add(series.handle(batch.tenant(), "m", Dimensions.of("k", "v".repeat(1 << 20))), 0, 1);
    fill(first, batch);
    CompletableFuture<Void> filled = CompletableFuture.runAsync(() -> fill(second, batch));
    assertThatThrownBy(() -> filled.get(200, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    first.clear();
    filled.get(10, TimeUnit.SECONDS);
    fill(new PointBlock(new LargeBlocks()), batch);
    second.clear();
    fill(first, batch);
  }

  @Test
  void emptied_largeBlock_isAnother_andTheNextNeedNotWait() {
    LargeBlocks largeBlocks = new LargeBlocks();
    PointBlock usual = new PointBlock(largeBlocks);
    PointBatch batch = new PointBatch(new TenantId("acme"), 1);
    batch.add(series.handle(batch.tenant(), "m", Dimensions.of("k", "v".repeat(1 << 20))), 0, 1);
    assertThat(usual.add(batch, series.cursor())).isTrue();
    assertThat(usual.emptied()).isSameAs(usual);
    assertThat(usual.rows()).isZero();
    fill(usual, batch);
    PointBlock next = usual.emptied();
    assertThat(next).isNotSameAs(usual);
    assertThat(CompletableFuture.runAsync(() -> fill(next, batch)))
        .succeedsWithin(Duration.ofMinutes(1));
  }

  private void fill(PointBlock block, PointBatch batch) {
    while (block.bytes() <= LargeBlocks.BYTES_MIN) {
      assertThat(block.add(batch, series.cursor())).isTrue();
    }
  }

  private void check(String what, PointBlock block, List<Row> expected, Random random)
      throws IOException {
    assertThat(block.rows()).as(what).isEqualTo(expected.size());
    List<Row> all = rows(NativeRows.of(block.block()));
    assertThat(all).as(what).isSortedAccordingTo(TABLE_ORDER);
    assertThat(counts(all)).as(what).isEqualTo(counts(expected));
    Set<Long> some = Set.of(random.nextLong(3), 4L);
    List<Row> ofSome = rows(NativeRows.of(block.block(some)));
    assertThat(ofSome)
        .as(what)
        .isEqualTo(
            all.stream()
                .filter(r -> some.contains(Math.floorDiv(r.timestamp(), DAY_MILLIS)))
                .toList());
    block.mark(new Token(random.nextLong(), random.nextLong()));
    List<Row> marked = rows(NativeRows.of(block.block()));
    assertThat(marked).as(what).isSortedAccordingTo(TABLE_ORDER);
    assertThat(marked.subList(block.days().size(), marked.size()))
        .as(what)
        .usingElementComparator(TABLE_ORDER)
        .isEqualTo(all);
    assertThat(counts(marked).keySet().containsAll(all)).as(what).isTrue();
  }

  /** AssertJ would compare each with each. */
  private static Map<Row, Long> counts(List<Row> rows) {
    return rows.stream().collect(Collectors.groupingBy(row -> row, Collectors.counting()));
  }

  private void add(
      PointBlock block,
      SeriesCursor cursor,
      Population population,
      int points,
      List<Row> expected) {
    PointBatch batch = new PointBatch(new TenantId(population.oneOf("acme", "b", "z")), points);
    for (int i = 0; i < points; i++) {
      String metric = population.oneOf("m", "m2", "é");
      Dimensions dimensions = population.dimensions();
      long timestampMillis = population.timestampMillis();
      double value = population.random.nextGaussian();
      batch.add(series.handle(batch.tenant(), metric, dimensions), timestampMillis, value);
      expected.add(row(batch.tenant(), metric, dimensions, timestampMillis, value));
    }
    assertThat(block.add(batch, cursor)).isTrue();
  }

  private static Row row(
      TenantId tenant, String metric, Dimensions dimensions, long timestampMillis, double value) {
    Map<String, String> slots = new TreeMap<>();
    Map<String, String> rest = new TreeMap<>();
    for (int i = 0; i < dimensions.size(); i++) {
      String key = dimensions.key(i);
      boolean inSlot = SLOTS.slotOf(key).isPresent();
      String name = inSlot ? MetricSlots.column(SLOTS.slotOf(key).getAsInt()) : key;
      (inSlot ? slots : rest).put(name, dimensions.value(i));
    }
    byte[] hash =
        ByteBuffer.allocate(16)
            .putLong(dimensions.hash().high())
            .putLong(dimensions.hash().low())
            .array();
    return new Row(
        tenant.value(),
        metric,
        EntityKeys.DEFAULT.entityOf(dimensions),
        new BigInteger(1, hash),
        timestampMillis,
        value,
        slots,
        rest,
        SeriesLimits.isOverflow(dimensions));
  }

  @SuppressWarnings("unchecked")
  private static List<Row> rows(NativeRows read) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < read.rows(); i++) {
      Map<String, String> slots = new TreeMap<>();
      int row = i;
      IntStream.rangeClosed(1, MetricSlots.COUNT)
          .mapToObj(MetricSlots::column)
          .forEach(column -> slots.put(column, (String) read.value(column, row, "")));
      slots.values().removeIf(String::isEmpty);
      rows.add(
          new Row(
              (String) read.value("tenant", i, ""),
              (String) read.value("metric", i, ""),
              (String) read.value("entity", i, ""),
              (BigInteger) read.value("series", i, BigInteger.ZERO),
              (long) read.value("timestamp", i, 0L),
              (double) read.value("value", i, 0.0),
              slots,
              (Map<String, String>) read.value("rest", i, Map.of()),
              (boolean) read.value("overflow", i, false)));
    }
    return rows;
  }

  /** Entities and series that are few or many, and texts that have much or little in common. */
  private record Population(Random random, int entities, String prefix, boolean rare) {
    Population(Random random) {
      this(
          random,
          1 << random.nextInt(14),
          "x".repeat(random.nextInt(3) * 70),
          random.nextBoolean());
    }

    String oneOf(String... names) {
      return names[rare ? 0 : random.nextInt(names.length)];
    }

    long timestampMillis() {
      return rare ? random.nextInt(3) * DAY_MILLIS : random.nextLong(-DAY_MILLIS, 3 * DAY_MILLIS);
    }

    Dimensions dimensions() {
      Map<String, String> all = new TreeMap<>();
      if (random.nextInt(8) > 0) {
        int entity = random.nextInt(entities);
        String text = entity % 7 == 0 ? "ÿ".repeat(1 + entity % 5) : Integer.toString(entity, 36);
        all.put(entity % 3 == 0 ? "user_id" : "customer_id", prefix + text);
      }
      for (String key : List.of("z", "k", "b", "c", "d")) {
        if (random.nextInt(3) == 0) {
          all.put(key, random.nextInt(9) > 0 ? "v" + random.nextInt(3) : oneOf("v", OVERFLOW));
        }
      }
      return Dimensions.of(
          all.entrySet().stream()
              .flatMap(pair -> Stream.of(pair.getKey(), pair.getValue()))
              .toArray(String[]::new));
    }
  }
}

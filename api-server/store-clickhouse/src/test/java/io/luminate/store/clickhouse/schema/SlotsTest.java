// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.TenantId;
import io.luminate.store.clickhouse.TestDatabase;
import io.luminate.store.clickhouse.client.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Slots as rows of a real table, each test with metrics of its own. */
@TestInstance(Lifecycle.PER_CLASS)
class SlotsTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int PROCESSES = 8;
  private static final long SEED = Long.getLong("luminate.slots.seed", 1);

  private TestDatabase database;

  @BeforeAll
  void open() {
    database = TestDatabase.withTables();
  }

  @AfterAll
  void close() {
    database.close();
  }

  private Slots slots() {
    return slots(Slots.BYTES_MAX);
  }

  private Slots slots(long bytesMax) {
    return new Slots(database.client(), database.client(), database.tables(), PATIENCE, bytesMax);
  }

  @Test
  void assign_newKeys_inTheirOrder() {
    Slots slots = slots();
    assertThat(slots.known(ACME, "ordered")).isEqualTo(MetricSlots.NONE);
    assertThat(slots.assign(ACME, "ordered", List.of("b", "a")).keys()).containsExactly("b", "a");
    assertThat(slots.assign(ACME, "ordered", List.of("c", "a")).keys())
        .containsExactly("b", "a", "c");
    assertThat(slots.known(ACME, "ordered").slotOf("c")).hasValue(3);
    assertThat(slots.known(ACME, "ordered").slotOf("d")).isEmpty();
  }

  private static MetricSlots reread(Slots slots, TenantId tenant, String metric) {
    return slots.reread(tenant, metric, UnaryOperator.identity());
  }

  @Test
  void reread_byAnotherProcess_seesWhatWasAssigned() {
    Slots one = slots();
    Slots other = slots();
    assertThat(reread(other, ACME, "shared")).isEqualTo(MetricSlots.NONE);
    one.assign(ACME, "shared", List.of("k"));
    assertThat(other.known(ACME, "shared")).isEqualTo(MetricSlots.NONE);
    assertThat(reread(other, ACME, "shared").keys()).containsExactly("k");
    assertThat(other.known(ACME, "shared").keys()).containsExactly("k");
    assertThat(reread(other, new TenantId("globex"), "shared")).isEqualTo(MetricSlots.NONE);
  }

  @Test
  void assign_moreThanThereAreSlots_fillsThemAll() {
    Slots slots = slots();
    slots.assign(ACME, "wide", keys(0, 19));
    MetricSlots full = slots.assign(ACME, "wide", keys(10, 30));
    assertThat(full.full()).isTrue();
    assertThat(full.keys()).containsExactlyElementsOf(keys(0, 20));
    assertThat(slots.assign(ACME, "wide", keys(40, 50))).isEqualTo(full);
    assertThat(slots().assign(ACME, "wide", keys(40, 50))).isEqualTo(full);
  }

  private static List<String> keys(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "key_" + i).toList();
  }

  @Test
  void assign_anyText_comesBackAsItWas() {
    List<String> odd =
        List.of("", " ", "a'b", "a\\b", "a\tb\n", "\u0000", "[\"", "日本", "\uD83D\uDE00", "{x:Y}");
    String metric = "odd'\\\t\n\u0000 日本";
    slots().assign(ACME, metric, odd);
    assertThat(reread(slots(), ACME, metric).keys()).containsExactlyElementsOf(odd);
  }

  @Test
  void assign_forgottenMetric_isReadAgain() {
    Slots slots = slots(1);
    slots.assign(ACME, "first", List.of("a"));
    slots.assign(ACME, "second", List.of("b"));
    assertThat(slots.known(ACME, "first")).isEqualTo(MetricSlots.NONE);
    assertThat(slots.assign(ACME, "first", List.of("c")).keys()).containsExactly("a", "c");
  }

  @Test
  void known_longKeys_takeNoMoreThanTheirBytes() {
    Slots slots = slots(64 << 10);
    for (int metric = 0; metric < 30; metric++) {
      slots.assign(ACME, "long_" + metric, List.of("k".repeat(8_000) + metric));
    }
    assertThat(slots.metricsKnown()).isEqualTo(7);
    assertThat(slots.known(ACME, "long_29").keys()).hasSize(1);
    assertThat(slots.known(ACME, "long_22").keys()).isEmpty();
  }

  @Test
  void assign_manyProcesses_oneMapping() throws InterruptedException, ExecutionException {
    for (int round = 0; round < 5; round++) {
      String metric = "raced_" + round;
      Random random = new Random(SEED + round);
      List<Slots> processes = IntStream.range(0, PROCESSES).mapToObj(i -> slots()).toList();
      List<List<String>> wanted = processes.stream().map(process -> someKeys(random)).toList();
      List<MetricSlots> answers = assignAtOnce(metric, processes, wanted);
      MetricSlots settled = reread(slots(), ACME, metric);
      String what = "seed " + (SEED + round) + ": " + settled + " after " + answers;
      assertThat(settled.keys()).as(what).doesNotHaveDuplicates();
      for (int i = 0; i < PROCESSES; i++) {
        assertThat(settled.keys())
            .as(what)
            .startsWith(answers.get(i).keys().toArray(String[]::new));
        assertThat(answers.get(i).full() || answers.get(i).keys().containsAll(wanted.get(i)))
            .as(what)
            .isTrue();
      }
      assertEachVersionOnce(metric, what);
    }
  }

  /** Up to 12 out of 26: some rounds fill a metric, some do not. */
  private static List<String> someKeys(Random random) {
    List<String> keys = new ArrayList<>(keys(0, 26));
    Collections.shuffle(keys, random);
    return List.copyOf(keys.subList(0, 1 + random.nextInt(12)));
  }

  private static List<MetricSlots> assignAtOnce(
      String metric, List<Slots> processes, List<List<String>> wanted)
      throws InterruptedException, ExecutionException {
    CyclicBarrier start = new CyclicBarrier(processes.size());
    List<Callable<MetricSlots>> tasks = new ArrayList<>();
    for (int i = 0; i < processes.size(); i++) {
      Slots process = processes.get(i);
      List<String> keys = wanted.get(i);
      tasks.add(
          () -> {
            start.await();
            return process.assign(ACME, metric, keys);
          });
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<MetricSlots> answers = new ArrayList<>();
      for (Future<MetricSlots> answer : threads.invokeAll(tasks)) {
        answers.add(answer.get());
      }
      return answers;
    }
  }

  private void assertEachVersionOnce(String metric, String what) {
    List<Integer> versions =
        database
            .client()
            .query(
                Statement.of(
                        "SELECT version FROM slots WHERE metric = {metric:String} ORDER BY version")
                    .with("metric", metric),
                rows -> {
                  List<Integer> all = new ArrayList<>();
                  while (rows.hasNext()) {
                    all.add(rows.uint8());
                  }
                  return all;
                })
            .value();
    Set<Integer> distinct = new HashSet<>(versions);
    assertThat(versions).as(what).hasSameSizeAs(distinct);
  }

  @Test
  void assign_concurrentCallersOfOneProcess_insertOnce()
      throws InterruptedException, ExecutionException {
    Slots process = slots();
    assignAtOnce(
        "once",
        Collections.nCopies(PROCESSES, process),
        Collections.nCopies(PROCESSES, List.of("a", "b")));
    assertThat(process.known(ACME, "once").keys()).containsExactly("a", "b");
    String database = this.database.tables().database();
    this.database.flushQueryLog();
    assertThat(
            this.database.value(
                "SELECT count() FROM system.query_log WHERE current_database = '"
                    + database
                    + "' AND type = 'QueryFinish' AND query LIKE 'INSERT INTO%slots%'"
                    + " AND Settings['insert_deduplication_token'] = 'acme/once/1/1'"))
        .isEqualTo("1");
  }

  @Test
  void assign_tokenOfALostRow_isTriedUnderAnother() {
    slots().assign(ACME, "lost", List.of("a"));
    database
        .server()
        .execute(
            "ALTER TABLE "
                + database.tables().slots()
                + " DELETE WHERE metric = 'lost' SETTINGS mutations_sync = 2");
    assertThat(slots().assign(ACME, "lost", List.of("b")).keys()).containsExactly("b");
    assertThat(reread(slots(), ACME, "lost").keys()).containsExactly("b");
  }
}

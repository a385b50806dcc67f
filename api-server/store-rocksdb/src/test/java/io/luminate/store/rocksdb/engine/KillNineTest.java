// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.MetricPoint;
import io.luminate.model.TimeRange;
import io.luminate.store.IdempotencyClaim;
import io.luminate.store.QueryControl;
import io.luminate.store.RangeCursor;
import io.luminate.store.RangeQuery;
import io.luminate.store.RangeResult;
import io.luminate.store.rocksdb.journal.Durability;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a real process with SIGKILL at random moments of its work. {@code -Dluminate.kill.cycles=N}
 * says how many times a soak does it.
 */
class KillNineTest {
  private static final long SEED = Long.getLong("luminate.kill.seed", 20_260_311);
  private static final int CYCLES = 16;
  private static final int SOAK_CYCLES = Integer.getInteger("luminate.kill.cycles", 300);
  private static final int REQUESTS_PER_CYCLE = 1_000_000;

  /** The newest of a writer, so few that the store keeps them all. */
  private static final int RECEIPTS = 20;

  /** From the child's first write to its death. */
  private static final int LIFE_MILLIS_MAX = 900;

  @TempDir Path folder;

  @Test
  void kill_processDurability_losesNothingAcknowledged() throws Exception {
    run(Durability.PROCESS, CYCLES);
  }

  @Test
  void kill_diskDurability_losesNothingAcknowledged() throws Exception {
    run(Durability.DISK, CYCLES);
  }

  @Test
  @Tag("soak")
  void kill_manyTimes_losesNothingAcknowledged() throws Exception {
    run(Durability.DISK, SOAK_CYCLES);
  }

  private void run(Durability durability, int cycles) throws Exception {
    Random random = new Random(SEED);
    for (int cycle = 0; cycle < cycles; cycle++) {
      // Sometimes it dies while it is still recovering.
      int life = random.nextInt(8) == 0 ? -1 : random.nextInt(LIFE_MILLIS_MAX);
      liveAndDie(durability, cycle, life);
      if (cycle % 4 == 3 || cycle == cycles - 1) {
        verify(durability, cycle);
      }
    }
  }

  private Path data() {
    return folder.resolve("data");
  }

  private Path acknowledgements() {
    return folder.resolve("acknowledged");
  }

  private void liveAndDie(Durability durability, int cycle, int lifeMillis) throws Exception {
    Path output = folder.resolve("output");
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                KillNineChild.class.getName(),
                data().toString(),
                acknowledgements().toString(),
                Long.toString((long) cycle * REQUESTS_PER_CYCLE),
                durability.name())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      if (lifeMillis >= 0) {
        awaitStart(child, output);
        child.waitFor(lifeMillis, TimeUnit.MILLISECONDS);
      } else {
        child.waitFor(400, TimeUnit.MILLISECONDS);
      }
      assertThat(child.isAlive()).as("cycle %d: %s", cycle, Files.readString(output)).isTrue();
    } finally {
      child.destroyForcibly().waitFor();
    }
    assertThat(Files.readString(output)).as("cycle %d", cycle).doesNotContain("refused", "SEVERE");
  }

  private static void awaitStart(Process child, Path output)
      throws IOException, InterruptedException {
    File file = output.toFile();
    while (child.isAlive() && !Files.readString(file.toPath()).contains("started")) {
      child.waitFor(5, TimeUnit.MILLISECONDS);
    }
  }

  private void verify(Durability durability, int cycle) throws IOException {
    List<String> lines =
        Files.exists(acknowledgements())
            ? Files.readAllLines(acknowledgements(), StandardCharsets.US_ASCII)
            : List.of();
    RocksStoreOptions options =
        KillNineChild.options(durability).withUpkeep(false, Duration.ofMinutes(10), Duration.ZERO);
    try (RocksMetricsStore store = RocksMetricsStore.open(data(), options)) {
      for (int writer = 0; writer < KillNineChild.WRITERS; writer++) {
        Map<Long, Integer> places = requests(store, KillNineChild.metric(writer), cycle);
        int whole = (1 << KillNineChild.POINTS) - 1;
        places.forEach(
            (request, mask) ->
                assertThat(mask)
                    .as("seed %d, cycle %d, request %d", SEED, cycle, request)
                    .isEqualTo(whole));
        Set<Long> stored = acknowledged(lines, "" + writer);
        // AssertJ would look for each among all of them.
        assertThat(stored.stream().filter(request -> !places.containsKey(request)))
            .as("seed %d, cycle %d, writer %d: lost", SEED, cycle, writer)
            .isEmpty();
        verifyKeys(store, writer, cycle, places.keySet(), stored);
        verifyDeletes(store, writer, cycle, acknowledged(lines, "delete " + writer));
        verifyCulls(store, writer, cycle, places.keySet(), lines);
      }
    }
    assertThat(lines).isNotEmpty();
  }

  /** Requests of the lines that begin so; the last line may have been cut off. */
  private static Set<Long> acknowledged(List<String> lines, String prefix) {
    return lines.stream()
        .filter(Pattern.compile(prefix + " \\d+").asMatchPredicate())
        .map(line -> Long.parseLong(line.substring(prefix.length() + 1)))
        .collect(Collectors.toSet());
  }

  /** Deletes with filters hold wholly or not at all, and have a receipt if they were answered. */
  private static void verifyCulls(
      RocksMetricsStore store, int writer, int cycle, Set<Long> stored, List<String> lines) {
    String prefix = "cull " + writer + " ";
    // A line that was cut off in its id may stand for one: the delete holds all the same.
    List<String[]> culls =
        lines.stream()
            .filter(Pattern.compile(prefix + "\\d+ delete-[0-9a-f]{19}").asMatchPredicate())
            .map(line -> line.substring(prefix.length()).split(" "))
            .toList();
    Set<Long> answered =
        culls.stream().map(cull -> Long.parseLong(cull[0])).collect(Collectors.toSet());
    String where = "seed %d, cycle %d, writer %d".formatted(SEED, cycle, writer);
    new CullsExpected(requests(store, Culls.metric(writer), cycle), answered).verify(stored, where);
    culls.stream()
        .skip(Math.max(0, culls.size() - RECEIPTS))
        .forEach(
            cull ->
                assertThat(store.findDelete(KillNineChild.TENANT, cull[1]))
                    .as("%s: receipt of %s", where, cull[1])
                    .isPresent());
  }

  /** A key answers again exactly if its points are there. */
  private static void verifyKeys(
      RocksMetricsStore store, int writer, int cycle, Set<Long> stored, Set<Long> acknowledged) {
    long first = (long) cycle * REQUESTS_PER_CYCLE;
    long last = acknowledged.stream().mapToLong(r -> r).max().orElse(first) + 2;
    for (long request = first; request <= last; request++) {
      if (KillNineChild.isKeyed(request)) {
        IdempotencyClaim claim = KillNineChild.claim(store, writer, request);
        assertThat(claim instanceof IdempotencyClaim.Replay)
            .as("seed %d, cycle %d, writer %d, key of %d", SEED, cycle, writer, request)
            .isEqualTo(stored.contains(request));
        switch (claim) {
          case IdempotencyClaim.Replay replay ->
              assertThat(replay.receipt()).isEqualTo(KillNineChild.receipt(request));
          case IdempotencyClaim.Held held -> held.close();
        }
      }
    }
  }

  private static void verifyDeletes(
      RocksMetricsStore store, int writer, int cycle, Set<Long> deleted) {
    long last = deleted.stream().mapToLong(r -> r).max().orElse(-1);
    RangeQuery query =
        new RangeQuery(
            KillNineChild.TENANT,
            KillNineChild.doomed(writer),
            new TimeRange(0, System.currentTimeMillis()),
            List.of(),
            50_000,
            Optional.empty());
    assertThat(store.queryRange(query, QueryControl.withTimeout(Duration.ofMinutes(2))).points())
        .as("seed %d, cycle %d, writer %d, deleted with request %d", SEED, cycle, writer, last)
        .noneMatch(point -> point.value() <= last);
  }

  /** The places of each request that were found, as bits; none may be there twice. */
  private static Map<Long, Integer> requests(RocksMetricsStore store, String metric, int cycle) {
    Map<Long, Integer> places = new HashMap<>();
    Optional<RangeCursor> after = Optional.empty();
    do {
      RangeQuery query =
          new RangeQuery(
              KillNineChild.TENANT,
              metric,
              new TimeRange(0, System.currentTimeMillis()),
              List.of(),
              50_000,
              after);
      RangeResult page = store.queryRange(query, QueryControl.withTimeout(Duration.ofMinutes(2)));
      for (MetricPoint point : page.points()) {
        long code = (long) point.value();
        int bit = 1 << (code & 15);
        int before = places.getOrDefault(code >> 4, 0);
        assertThat(before & bit)
            .as("seed %d, cycle %d: request %d twice", SEED, cycle, code >> 4)
            .isZero();
        places.put(code >> 4, before | bit);
      }
      after = page.next();
    } while (after.isPresent());
    return places;
  }
}

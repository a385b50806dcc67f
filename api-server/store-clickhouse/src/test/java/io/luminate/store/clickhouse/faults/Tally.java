// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.clickhouse.testkit.ClickHouseServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** What clients know of their requests, to be held against the rows that are there in the end. */
final class Tally implements Witness {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final long today;
  private final Map<Long, Fate> fates = new ConcurrentSkipListMap<>();

  Tally(long today) {
    this.today = today;
  }

  long today() {
    return today;
  }

  SentRequest request(long number) {
    return new SentRequest(number, today);
  }

  @Override
  public void begun(SentRequest request) {
    fates.putIfAbsent(request.number(), Fate.UNKNOWN);
  }

  @Override
  public void ended(SentRequest request, Fate fate) {
    fates.put(request.number(), fate);
  }

  long count(Fate fate) {
    return fates.values().stream().filter(fate::equals).count();
  }

  void awaitStored(long requests) throws InterruptedException {
    Instant giveUp = Instant.now().plus(PATIENCE);
    while (count(Fate.STORED) < requests) {
      assertThat(Instant.now()).as("%s", this).isBefore(giveUp);
      Thread.sleep(10);
    }
  }

  List<SentRequest> requests(Fate fate) {
    return fates.entrySet().stream()
        .filter(entry -> entry.getValue() == fate)
        .map(entry -> request(entry.getKey()))
        .toList();
  }

  private record Rows(long points, long distinct) {}

  /** The points of a request on a day. */
  private record Place(long number, long day) {}

  /**
   * Every acknowledged point once, none that was refused, and of a request whose fate is unknown
   * all of a day's points once or none of them.
   */
  void assertStored(ClickHouseServer server, String database) {
    Map<Place, Rows> stored = stored(server, database);
    Map<Long, String> wrong = new TreeMap<>();
    fates.forEach(
        (number, fate) -> {
          String found = difference(request(number), fate, stored);
          if (!found.isEmpty()) {
            wrong.put(number, fate + ", " + request(number).days() + " days: " + found);
          }
        });
    assertThat(wrong).as("wrong among " + this).isEmpty();
    assertThat(stored).as("points that nobody sent").isEmpty();
  }

  private static String difference(SentRequest request, Fate fate, Map<Place, Rows> stored) {
    List<String> wrong = new ArrayList<>();
    for (long day = request.today(); day > request.today() - request.days(); day--) {
      Rows rows = stored.remove(new Place(request.number(), day));
      int all = request.pointsPerDay();
      boolean whole = new Rows(all, all).equals(rows);
      boolean right =
          switch (fate) {
            case STORED -> whole;
            case REFUSED -> rows == null;
            case UNKNOWN -> rows == null || whole;
          };
      if (!right) {
        wrong.add("day " + day + " has " + rows + " of " + all);
      }
    }
    return String.join("; ", wrong);
  }

  private static Map<Place, Rows> stored(ClickHouseServer server, String database) {
    Map<Place, Rows> stored = new HashMap<>();
    for (String line :
        server.query(
            ("SELECT toInt64(value), intDiv(timestamp, 86400000), count(), uniqExact(timestamp)"
                    + " FROM %s.points WHERE tenant != '' GROUP BY 1, 2, metric, tenant")
                .formatted(database))) {
      String[] row = line.split("\t");
      Rows rows = new Rows(Long.parseLong(row[2]), Long.parseLong(row[3]));
      Place place = new Place(Long.parseLong(row[0]), Long.parseLong(row[1]));
      assertThat(stored.put(place, rows)).as("%s under two metrics", place).isNull();
    }
    return stored;
  }

  @Override
  public String toString() {
    return "%d stored, %d refused, %d unknown"
        .formatted(count(Fate.STORED), count(Fate.REFUSED), count(Fate.UNKNOWN));
  }
}

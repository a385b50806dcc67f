// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.http.RunningServer.batch;
import static io.luminate.server.http.RunningServer.now;
import static io.luminate.server.http.RunningServer.point;
import static io.luminate.server.http.RunningServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.store.clickhouse.ClickHouseStore;
import io.luminate.store.clickhouse.ClickHouseStoreOptions;
import io.luminate.store.clickhouse.client.ClickHouseAccess;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Two servers on one database: what is read through one is not unread for the other. */
final class ReadsOfOthersTest {
  private static final Pattern SINCE = Pattern.compile("\"readsKnownSince\":\"([^\"]+)\"");
  private static final String QUERY =
      "{\"queryType\":\"range\",\"metricName\":\"m\",\"timeRange\":{\"relative\":\"1h\"}}";

  private final ClickHouseServer clickHouse = ClickHouse.shared();
  private final String database = clickHouse.newDatabase();

  private ClickHouseStore store() {
    return ClickHouseStore.open(
        ClickHouseStoreOptions.defaults(
            new ClickHouseAccess(
                List.of(clickHouse.httpUrl().toString()),
                database,
                clickHouse.user(),
                clickHouse.password(),
                8,
                Duration.ofHours(1))));
  }

  @Test
  void metricReadThroughOneServer_isReadForTheOther() throws Exception {
    try (ClickHouseStore storeOfOther = store();
        RunningServer other = new RunningServer(storeOfOther, Map.of())) {
      Instant before = Instant.now();
      try (ClickHouseStore storeOfOne = store();
          RunningServer one = new RunningServer(storeOfOne, Map.of())) {
        for (String tenant : List.of("acme", "globex")) {
          String body = batch(point("m", now(), 1, "{}"));
          assertThat(one.post("/api/v1/write", token(tenant), body).statusCode()).isEqualTo(200);
        }
        assertThat(one.post("/api/v1/query", token("acme"), QUERY).statusCode()).isEqualTo(200);
      }
      String reply = cardinality(other, "acme");
      assertThat(reply).contains("\"lastRead\":\"");
      Matcher since = SINCE.matcher(reply);
      assertThat(since.find()).isTrue();
      assertThat(Instant.parse(since.group(1)))
          .as("of the tables")
          .isBetween(before.minusSeconds(60), before);
      assertThat(cardinality(other, "globex")).doesNotContain("lastRead");
    }
  }

  private static String cardinality(RunningServer server, String tenant) throws Exception {
    return server.get("/api/v1/metrics/m/cardinality", token(tenant)).body();
  }
}

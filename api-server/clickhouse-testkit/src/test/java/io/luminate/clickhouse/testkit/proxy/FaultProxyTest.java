// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseException;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.clickhouse.testkit.ClickHouseSession;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each fault between a client and a real server. */
final class FaultProxyTest {
  private final ClickHouseServer server = ClickHouse.shared();
  private final FaultProxy proxy = FaultProxy.inFrontOf(server.httpUrl());
  private final ClickHouseSession client = new ClickHouseSession(proxy.url(), server.luminate());
  private final String table = server.newDatabase() + ".t";

  @BeforeEach
  void createTable() {
    server.execute(
        """
        CREATE TABLE %s (n UInt64) ENGINE = MergeTree ORDER BY n
        SETTINGS non_replicated_deduplication_window = 100"""
            .formatted(table));
  }

  @AfterEach
  void close() {
    proxy.close();
  }

  @Test
  void healthy_carriesEverything() {
    insert(1);
    insert(2);
    assertThat(rows()).containsExactly("1", "2");
    // A long answer comes in chunks, a long request with a length.
    int count = 200_000;
    assertThat(client.query("SELECT number FROM numbers(%d)".formatted(count)))
        .hasSize(count)
        .endsWith("" + (count - 1));
    assertThat(client.query("SELECT length('%s')".formatted("x".repeat(200_000))))
        .containsExactly("200000");
    assertThat(proxy.requests()).isEqualTo(4);
    assertThat(proxy.forwarded()).isEqualTo(4);
    assertThat(proxy.lostAnswers()).isZero();
  }

  @Test
  void healthy_carriesErrors() {
    assertThatThrownBy(() -> client.query("SELECT throwIf(1)"))
        .isInstanceOfSatisfying(
            ClickHouseException.class, e -> assertThat(e.code()).isEqualTo(395));
    insert(1);
    assertThat(rows()).containsExactly("1");
  }

  @Test
  void lostAnswer_ofAnInsertThatIsThere() {
    proxy.loseAnswers(1);
    assertUnanswered(() -> insert(1));
    assertThat(rows()).containsExactly("1");
    assertThat(proxy.forwarded()).isEqualTo(1);
    assertThat(proxy.lostAnswers()).isEqualTo(1);

    insert(2);
    assertThat(rows()).containsExactly("1", "2");
  }

  @Test
  void lostAnswer_repeatedWithItsToken() {
    String insert = "INSERT INTO %s SETTINGS insert_deduplication_token = 'a' VALUES (1)";
    proxy.loseAnswers(2);
    assertUnanswered(() -> client.execute(insert.formatted(table)));
    assertUnanswered(() -> client.execute(insert.formatted(table)));
    client.execute(insert.formatted(table));
    assertThat(rows()).containsExactly("1");
    assertThat(proxy.forwarded()).isEqualTo(3);
  }

  @Test
  void cut_ofAnInsertThatIsNotThere() {
    insert(1);
    proxy.cutRequests(2);
    assertUnanswered(() -> insert(2));
    assertUnanswered(() -> insert(3));
    insert(4);
    assertThat(rows()).containsExactly("1", "4");
    assertThat(proxy.requests()).isEqualTo(4);
    assertThat(proxy.forwarded()).isEqualTo(2);
  }

  @Test
  void cutsComeBeforeLosses() {
    proxy.loseAnswers(1);
    proxy.cutRequests(1);
    assertUnanswered(() -> insert(1));
    assertUnanswered(() -> insert(2));
    assertThat(rows()).containsExactly("2");
  }

  @Test
  void refuse_untilHealed() {
    insert(1);
    proxy.refuse();
    // The client may not know yet that its kept connection is gone.
    assertUnanswered(() -> insert(2));
    assertThatThrownBy(() -> insert(2))
        .isInstanceOf(ClickHouseException.class)
        .hasRootCauseInstanceOf(java.nio.channels.ClosedChannelException.class)
        .cause()
        .isInstanceOf(ConnectException.class);
    proxy.heal();
    insert(3);
    assertThat(rows()).containsExactly("1", "3");
  }

  @Test
  void refuse_cutsWhatIsUnderWay() throws Exception {
    proxy.delayEachWay(Duration.ofHours(1));
    CompletableFuture<Void> insert = CompletableFuture.runAsync(() -> insert(1));
    proxy.awaitRequests(1);
    proxy.refuse();
    assertThatThrownBy(() -> insert.get(1, TimeUnit.MINUTES))
        .hasCauseInstanceOf(ClickHouseException.class);
    assertThat(rows()).isEmpty();
  }

  @Test
  void hold_fromOneRequestOn_untilLetGo() throws Exception {
    proxy.holdFrom(2);
    insert(1);
    CompletableFuture<Void> insert = CompletableFuture.runAsync(() -> insert(2));
    proxy.awaitRequests(2);
    assertThat(proxy.forwarded()).isEqualTo(1);
    proxy.loseAnswers(1);
    proxy.holdFrom(3);
    assertThatThrownBy(() -> insert.get(1, TimeUnit.MINUTES))
        .as("what is told while it is held counts")
        .hasCauseInstanceOf(ClickHouseException.class);
    assertThat(rows()).containsExactly("1", "2");
    CompletableFuture<Void> last = CompletableFuture.runAsync(() -> insert(3));
    proxy.awaitRequests(3);
    proxy.heal();
    last.get(1, TimeUnit.MINUTES);
    assertThat(rows()).containsExactly("1", "2", "3");
  }

  @Test
  void delay_endsWhenHealed() throws Exception {
    proxy.delayEachWay(Duration.ofHours(1));
    CompletableFuture<Void> insert = CompletableFuture.runAsync(() -> insert(1));
    proxy.awaitRequests(1);
    assertThat(insert).isNotDone();
    assertThat(proxy.forwarded()).isZero();
    proxy.heal();
    insert.get(1, TimeUnit.MINUTES);
    assertThat(rows()).containsExactly("1");
  }

  @Test
  void delay_endsByItself() {
    proxy.delayEachWay(Duration.ofMillis(1));
    insert(1);
    assertThat(rows()).containsExactly("1");
  }

  private void insert(int n) {
    client.execute("INSERT INTO %s VALUES (%d)".formatted(table, n));
  }

  /** As somebody sees them who does not come through the proxy. */
  private List<String> rows() {
    return server.query("SELECT n FROM %s ORDER BY n".formatted(table));
  }

  private static void assertUnanswered(Runnable statement) {
    assertThatThrownBy(statement::run)
        .isInstanceOfSatisfying(
            ClickHouseException.class,
            e -> assertThat(e.code()).isEqualTo(ClickHouseException.NO_ANSWER));
  }
}

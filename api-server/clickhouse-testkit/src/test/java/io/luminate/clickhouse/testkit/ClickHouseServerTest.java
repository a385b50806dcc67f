// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One server, which these tests stop, kill and start again. */
final class ClickHouseServerTest {
  private static final int WRONG_PASSWORD = 516;
  private static final int NOT_ALLOWED = 497;
  private static final String COLUMNS = "(n UInt64) ENGINE = MergeTree ORDER BY n";

  @TempDir private static Path parent;

  private static Path folder;
  private static ClickHouseServer server;

  @BeforeAll
  static void start() {
    // A name that XML and a shell would stumble over.
    folder = parent.resolve("a & b <c> 'd'");
    server = ClickHouse.start(folder);
  }

  @AfterAll
  static void close() {
    // None was to be had where the tests are skipped.
    if (server != null) {
      server.close();
    }
  }

  @Test
  void query_isAnsweredWithRows() {
    assertThat(server.query("SELECT number, toString(number) FROM numbers(2)"))
        .containsExactly("0\t0", "1\t1");
    assertThat(server.query("SELECT tcpPort()")).containsExactly("" + server.tcpPort());
    assertThat(server.query("SELECT timezone()")).containsExactly("UTC");
  }

  @Test
  void query_ofEachUser() {
    assertThat(server.as(server.luminate()).query("SELECT currentUser()"))
        .containsExactly("luminate");
    assertThat(server.as(server.reader()).query("SELECT currentUser() SETTINGS max_threads = 1"))
        .containsExactly("luminate_reader");
    assertThat(new ClickHouseUser(server.user(), server.password())).isEqualTo(server.luminate());
  }

  @Test
  void query_withAWrongPassword() {
    ClickHouseUser stranger = new ClickHouseUser(server.user(), "wrong");
    assertThat(codeOf(() -> server.as(stranger).query("SELECT 1"))).isEqualTo(WRONG_PASSWORD);
  }

  @Test
  void query_withoutAPassword() {
    String database = server.newDatabase();
    server.execute("CREATE TABLE %s.t %s".formatted(database, COLUMNS));
    ClickHouseSession nobody = server.as(new ClickHouseUser("default", ""));
    assertThat(codeOf(() -> nobody.query("SELECT * FROM " + database + ".t")))
        .isIn(NOT_ALLOWED, WRONG_PASSWORD);
  }

  @Test
  void execute_ofTheReader() {
    String database = server.newDatabase();
    server.execute("CREATE TABLE %s.t %s".formatted(database, COLUMNS));
    ClickHouseSession reader = server.as(server.reader());
    assertThat(reader.query("SELECT count() FROM %s.t".formatted(database))).containsExactly("0");
    assertThat(codeOf(() -> reader.execute("INSERT INTO %s.t VALUES (1)".formatted(database))))
        .isEqualTo(NOT_ALLOWED);
  }

  @Test
  void execute_mutationsRun() {
    String table = server.newDatabase() + ".t";
    server.execute("CREATE TABLE %s %s".formatted(table, COLUMNS));
    server.execute("INSERT INTO %s SELECT number FROM numbers(10)".formatted(table));
    server.execute(
        "ALTER TABLE %s DELETE WHERE n < 4 SETTINGS mutations_sync = 2".formatted(table));
    assertThat(server.query("SELECT count() FROM " + table)).containsExactly("6");
  }

  @Test
  void passwords_areForTheirOwnerAlone() throws Exception {
    Path file = folder.resolve("passwords").resolve(server.user());
    assertThat(Files.readString(file)).isEqualTo(server.password());
    for (Path secret : List.of(file, folder.resolve("config.xml"), folder.resolve("users.xml"))) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
          .as(secret.toString())
          .isEqualTo("rw-------");
    }
  }

  @Test
  void kill9_keepsAcknowledgedRows() throws Exception {
    String table = server.newDatabase() + ".t";
    server.execute("CREATE TABLE %s %s".formatted(table, COLUMNS));
    AtomicInteger acknowledged = new AtomicInteger();
    CountDownLatch some = new CountDownLatch(20);
    Thread writer = Thread.ofVirtual().start(() -> write(table, acknowledged, some));
    some.await();
    server.kill9();
    writer.join();
    assertThat(server.isRunning()).isFalse();
    assertThatThrownBy(() -> server.query("SELECT 1")).isInstanceOf(ClickHouseException.class);

    String url = server.httpUrl().toString();
    server.start();
    assertThat(server.httpUrl()).hasToString(url);
    // The last insert may be there though its answer was lost.
    assertThat(Integer.parseInt(server.query("SELECT count() FROM " + table).getFirst()))
        .as("rows after %d acknowledged inserts", acknowledged.get())
        .isBetween(acknowledged.get(), acknowledged.get() + 1);
    assertThat(server.query("SELECT countIf(n < %d) FROM %s".formatted(acknowledged.get(), table)))
        .containsExactly("" + acknowledged.get());
  }

  /** Until the server is gone. */
  private static void write(String table, AtomicInteger acknowledged, CountDownLatch some) {
    try {
      while (true) {
        server.execute("INSERT INTO %s VALUES (%d)".formatted(table, acknowledged.get()));
        acknowledged.incrementAndGet();
        some.countDown();
      }
    } catch (ClickHouseException gone) {
      assertThat(gone.code()).isEqualTo(ClickHouseException.NO_ANSWER);
    }
  }

  @Test
  void restart_keepsRowsAndLogs() {
    String table = server.newDatabase() + ".t";
    server.execute("CREATE TABLE %s %s".formatted(table, COLUMNS));
    server.execute("INSERT INTO %s VALUES (1), (2)".formatted(table));
    server.restart();
    assertThat(server.query("SELECT n FROM %s ORDER BY n".formatted(table)))
        .containsExactly("1", "2");
    for (int i = 0; i < 2; i++) {
      server.execute("SYSTEM FLUSH LOGS");
      assertThat(
              server.query(
                  "SELECT count() > 0 FROM system.query_log WHERE type = 'QueryFinish' AND query LIKE"
                      + " 'INSERT INTO "
                      + table
                      + "%'"))
          .containsExactly("1");
      server.kill9();
      server.start();
    }
  }

  @Test
  void start_whereAnotherRuns() {
    assertThatThrownBy(() -> ClickHouse.start(folder))
        .isInstanceOf(ClickHouseException.class)
        .hasMessageContaining("ClickHouse did not start")
        .hasMessageContaining(folder.resolve("output.log").toString())
        .hasMessageContaining("status");
    assertThat(server.query("SELECT 1")).containsExactly("1");
  }

  @Test
  void start_onAnUsedFolder() {
    Path used = parent.resolve("used");
    String table;
    ClickHouseUser user;
    try (ClickHouseServer first = ClickHouse.start(used)) {
      user = first.luminate();
      table = first.newDatabase() + ".t";
      first.execute("CREATE TABLE %s %s".formatted(table, COLUMNS));
      first.execute("INSERT INTO %s VALUES (7)".formatted(table));
    }
    try (ClickHouseServer second = ClickHouse.start(used)) {
      assertThat(second.luminate()).isEqualTo(user);
      assertThat(second.query("SELECT n FROM " + table)).containsExactly("7");
    }
  }

  @Test
  void given_dropsItsDatabases() {
    String login = server.admin().name() + ":" + server.admin().password() + "@";
    String url = server.httpUrl().toString().replace("http://", "http://" + login);
    String database;
    try (ClickHouseServer given = ClickHouseServer.given(java.net.URI.create(url))) {
      database = given.newDatabase();
      assertThat(given.tcpPort()).isEqualTo(server.tcpPort());
      assertThat(server.query("EXISTS DATABASE " + database)).containsExactly("1");
      assertThatThrownBy(given::kill9)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(ClickHouse.URL_VARIABLE);
    }
    assertThat(server.query("EXISTS DATABASE " + database)).containsExactly("0");
  }

  private static int codeOf(Runnable statement) {
    return catchThrowableOfType(ClickHouseException.class, statement::run).code();
  }
}

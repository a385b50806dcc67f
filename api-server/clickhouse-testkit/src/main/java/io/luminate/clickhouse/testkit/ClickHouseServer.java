// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit;

import io.luminate.clickhouse.testkit.Way.Site;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A ClickHouse, its users and what can be done to it. */
public final class ClickHouseServer implements AutoCloseable {
  /** A cold start reads half a gigabyte of library from a slow disk. */
  private static final Duration START_WITHIN = Duration.ofSeconds(90);

  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);
  private static final long POLL_MILLIS = 20;

  private final ServerHost host;
  private final URI httpUrl;
  private final int tcpPort;
  private final ClickHouseUser admin;
  private final ClickHouseUser luminate;
  private final Optional<ClickHouseUser> reader;
  private final List<String> databases = new ArrayList<>();
  private final Map<ClickHouseUser, ClickHouseSession> sessions = new ConcurrentHashMap<>();

  private ClickHouseServer(
      ServerHost host,
      URI httpUrl,
      int tcpPort,
      ClickHouseUser admin,
      ClickHouseUser luminate,
      Optional<ClickHouseUser> reader) {
    this.host = host;
    this.httpUrl = httpUrl;
    this.tcpPort = tcpPort;
    this.admin = admin;
    this.luminate = luminate;
    this.reader = reader;
  }

  static ClickHouseServer own(Site site, ServerHost host) {
    ServerFolder folder = site.folder();
    return new ClickHouseServer(
        host,
        URI.create("http://127.0.0.1:" + site.httpPort()),
        site.tcpPort(),
        folder.user(ClickHouseUser.ADMIN),
        folder.user(ClickHouseUser.LUMINATE),
        Optional.of(folder.user(ClickHouseUser.READER)));
  }

  /** One that somebody else runs; its URL names the user for everything. */
  static ClickHouseServer given(URI url) {
    String[] login = Optional.ofNullable(url.getUserInfo()).orElse("default:").split(":", 2);
    ClickHouseUser user = new ClickHouseUser(login[0], login.length == 1 ? "" : login[1]);
    int usualPort = url.getScheme().equals("https") ? 8443 : 8123;
    int port = url.getPort() < 0 ? usualPort : url.getPort();
    URI bare = URI.create(url.getScheme() + "://" + url.getHost() + ":" + port);
    String tcpPort = new ClickHouseSession(bare, user).query("SELECT tcpPort()").getFirst();
    return new ClickHouseServer(
        new GivenHost(), bare, Integer.parseInt(tcpPort), user, user, Optional.empty());
  }

  /** {@code http://127.0.0.1:PORT}; the same after every start. */
  public URI httpUrl() {
    return httpUrl;
  }

  /** Of the native protocol. */
  public int tcpPort() {
    return tcpPort;
  }

  /** Of its process on this machine; a measurement has no use for another one. */
  public long pid() {
    return host.pid().orElseThrow(() -> new IllegalStateException("not a process of this machine"));
  }

  /** Of the user that Luminate is given. */
  public String user() {
    return luminate.name();
  }

  public String password() {
    return luminate.password();
  }

  /** Who {@link #execute} and {@link #query} ask as. */
  public ClickHouseUser admin() {
    return admin;
  }

  /** May do everything but manage users. */
  public ClickHouseUser luminate() {
    return luminate;
  }

  /** May read, and change settings; only a server of our own has one. */
  public ClickHouseUser reader() {
    return reader.orElseThrow(() -> new IllegalStateException(httpUrl + " is not ours"));
  }

  public ClickHouseSession as(ClickHouseUser user) {
    return sessions.computeIfAbsent(user, any -> new ClickHouseSession(httpUrl, user));
  }

  /** A statement without a result. */
  public void execute(String sql) {
    as(admin).execute(sql);
  }

  /** The rows, as tab-separated values in ClickHouse's escaping. */
  public List<String> query(String sql) {
    return as(admin).query(sql);
  }

  /** A database that nobody else uses; dropped in the end if the server is not ours. */
  public synchronized String newDatabase() {
    String name = newDatabaseName();
    execute("CREATE DATABASE " + name);
    databases.add(name);
    return name;
  }

  static String newDatabaseName() {
    return "test_" + ServerFolder.randomHex(8);
  }

  /** Starts it, or starts it again on the same data and ports; it answers when this returns. */
  public void start() {
    begin();
    awaitAnswer();
  }

  void begin() {
    // What they have from before a restart is dead.
    sessions.values().forEach(ClickHouseSession::disconnect);
    host.start();
  }

  /** Ready is who answers a query of the user that will ask. */
  void awaitAnswer() {
    long giveUpNanos = System.nanoTime() + START_WITHIN.toNanos();
    ClickHouseSession probe = as(luminate);
    while (!answers(probe)) {
      if (!host.isRunning()) {
        throw new ClickHouseException("ClickHouse did not start: " + host.account());
      }
      if (System.nanoTime() > giveUpNanos) {
        throw new ClickHouseException(
            httpUrl + " did not answer within " + START_WITHIN + ": " + host.account());
      }
      pause();
    }
  }

  private static boolean answers(ClickHouseSession probe) {
    try {
      return probe.send("SELECT 1", ANSWER_WITHIN).equals("1\n");
    } catch (ClickHouseException e) {
      if (e.code() != ClickHouseException.NO_ANSWER) {
        throw e;
      }
      return false;
    }
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClickHouseException("interrupted while ClickHouse started", e);
    }
  }

  public boolean isRunning() {
    return host.isRunning();
  }

  /** Its process gets SIGKILL and is gone when this returns. */
  public void kill9() {
    host.kill();
  }

  /** Ends in good order, and can be started again. */
  public void stop() {
    // ClickHouse waits seconds for connections that are kept open.
    sessions.values().forEach(ClickHouseSession::disconnect);
    host.stop();
  }

  public void restart() {
    stop();
    start();
  }

  /** Returns when the server is gone, whoever ended it. */
  public void awaitExit() throws InterruptedException {
    host.awaitExit();
  }

  /** Whether it runs, and the end of its logs: for the message of whatever failed. */
  public String account() {
    return host.account();
  }

  @Override
  public synchronized void close() {
    if (host instanceof GivenHost) {
      databases.forEach(name -> execute("DROP DATABASE IF EXISTS " + name + " SYNC"));
      databases.clear();
    }
    sessions.values().forEach(ClickHouseSession::disconnect);
    host.close();
  }
}

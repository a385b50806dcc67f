// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit;

import io.luminate.clickhouse.testkit.Way.Site;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gets a real ClickHouse. {@link #shared()} for most tests, which tell their data apart by
 * database; {@link #start(Path)} for a test that kills its server.
 */
public final class ClickHouse {
  /** Names the server that {@link #shared()} uses, with its user, in place of one of our own. */
  public static final String URL_VARIABLE = "LUMINATE_TEST_CLICKHOUSE_URL";

  private static Optional<ClickHouseServer> shared = Optional.empty();
  private static Optional<RuntimeException> failure = Optional.empty();

  private ClickHouse() {}

  /** The one server of this JVM, started when first asked for and gone with the JVM. */
  public static synchronized ClickHouseServer shared() {
    // Tried once: the second test class need not wait for the same reason.
    failure.ifPresent(
        e -> {
          throw e;
        });
    try {
      ClickHouseServer server = shared.orElseGet(ClickHouse::openShared);
      shared = Optional.of(server);
      return server;
    } catch (RuntimeException e) {
      failure = Optional.of(e);
      throw e;
    }
  }

  private static ClickHouseServer openShared() {
    String url = System.getenv().getOrDefault(URL_VARIABLE, "");
    if (!url.isEmpty()) {
      ClickHouseServer given = ClickHouseServer.given(URI.create(url));
      Runtime.getRuntime().addShutdownHook(new Thread(given::close));
      return given;
    }
    ServerFolder folder = new ServerFolder(temporaryFolder());
    try {
      ClickHouseServer server = start(folder.root());
      Runtime.getRuntime().addShutdownHook(new Thread(() -> discard(server, folder)));
      return server;
    } catch (RuntimeException e) {
      folder.delete();
      throw e;
    }
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("luminate-clickhouse-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Nothing of its data is wanted any more, so it need not end well. */
  private static void discard(ClickHouseServer server, ServerFolder folder) {
    server.kill9();
    server.close();
    folder.delete();
  }

  /** A server of our own whose data stays in the folder. */
  public static ClickHouseServer start(Path folder) {
    return start(folder, ClickHouseOptions.DEFAULT);
  }

  public static ClickHouseServer start(Path folder, ClickHouseOptions options) {
    Way way = Way.find();
    Site site = Site.of(new ServerFolder(folder), options);
    ClickHouseServer server = prepare(way, site, options, List.of(), 1, "");
    try {
      server.start();
      return server;
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /** Not started yet; each knows all. */
  static List<ClickHouseServer> shards(Path folder, int count, ClickHouseOptions options) {
    Way way = Way.find();
    List<Site> sites = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      sites.add(Site.of(new ServerFolder(folder.resolve("shard" + i)), options));
    }
    List<String> addresses = sites.stream().map(way::address).toList();
    String secret = ServerFolder.randomHex(16);
    List<ClickHouseServer> servers = new ArrayList<>();
    for (Site site : sites) {
      servers.add(prepare(way, site, options, addresses, servers.size() + 1, secret));
    }
    return List.copyOf(servers);
  }

  private static ClickHouseServer prepare(
      Way way,
      Site site,
      ClickHouseOptions options,
      List<String> shards,
      int shard,
      String secret) {
    ServerConfig config =
        new ServerConfig(
            site.folder(),
            options.memoryBytesMax(),
            options.diskBytesMax(),
            way.listen(site),
            shards,
            shard,
            secret,
            way == Way.CHDB);
    return ClickHouseServer.own(site, way.host(site, config));
  }
}

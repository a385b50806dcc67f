// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * One server in the foreground: {@code ClickHouseMain FOLDER [HTTP_PORT]}. Once it answers, its
 * address is in FOLDER/url, and goes when it ends.
 */
public final class ClickHouseMain {
  private ClickHouseMain() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length < 1 || args.length > 2) {
      System.err.println("ClickHouseMain FOLDER [HTTP_PORT]");
      System.exit(2);
    }
    ServerFolder folder = new ServerFolder(Path.of(args[0]));
    Path url = folder.root().resolve("url");
    Files.deleteIfExists(url);
    int httpPort = args.length == 2 ? Integer.parseInt(args[1]) : 0;
    ClickHouseServer server = start(folder, ClickHouseOptions.DEFAULT.withHttpPort(httpPort));
    Thread stop = new Thread(() -> stop(server, url));
    Runtime.getRuntime().addShutdownHook(stop);
    publish(server.httpUrl(), url);
    System.out.printf(
        "ClickHouse answers on %s, to user %s with the password in %s%n",
        server.httpUrl(), server.user(), folder.passwordFile(server.user()));
    server.awaitExit();
    if (!stop.isAlive()) {
      System.err.println("ClickHouse ended by itself: " + server.account());
      System.exit(1);
    }
  }

  private static ClickHouseServer start(ServerFolder folder, ClickHouseOptions options) {
    try {
      return ClickHouse.start(folder.root(), options);
    } catch (ClickHouseException e) {
      System.err.println(e.getMessage());
      System.exit(1);
      throw e;
    }
  }

  /** Whole or not at all, for whoever waits for it. */
  private static void publish(URI address, Path file) throws IOException {
    Path fresh = file.resolveSibling("url.new");
    Files.writeString(fresh, address + "\n");
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void stop(ClickHouseServer server, Path url) {
    try {
      server.close();
      Files.deleteIfExists(url);
    } catch (IOException e) {
      System.err.println(url + " stays behind: " + e);
    }
  }
}

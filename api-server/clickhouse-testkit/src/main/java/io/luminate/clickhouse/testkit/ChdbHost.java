// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit;

import io.luminate.clickhouse.testkit.chdb.ChdbCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** The engine as a library, in a child process. */
final class ChdbHost implements ServerHost {
  /** Longer than the child allows itself. */
  private static final long STOP_SECONDS = 45;

  private final ServerConfig config;
  private final ServerFolder folder;
  private Optional<Process> process = Optional.empty();

  ChdbHost(ServerConfig config) {
    this.config = config;
    this.folder = config.folder();
  }

  @Override
  public synchronized void start() {
    if (isRunning()) {
      throw new IllegalStateException("the server in " + folder.root() + " already runs");
    }
    try {
      folder.write(config);
      keepSystemDatabase();
      ProcessBuilder builder = ChdbCommand.of(folder.root(), folder.config(), folder.data());
      if (config.diskBytesMax() > 0) {
        SmallDisk.on(folder.disk(), folder.data(), config.diskBytesMax()).runIn(builder);
      }
      builder.redirectErrorStream(true).redirectOutput(folder.output().toFile());
      process = Optional.of(builder.start());
    } catch (IOException e) {
      throw new ClickHouseException("ClickHouse cannot be started: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /**
   * What a server does by itself: without it the system database is in memory, and its logs find
   * their folders taken after a restart.
   */
  private void keepSystemDatabase() throws IOException {
    Path metadata =
        Files.createDirectories(folder.data().resolve("metadata")).resolve("system.sql");
    if (!Files.exists(metadata)) {
      Files.writeString(
          metadata, "ATTACH DATABASE _ UUID '" + UUID.randomUUID() + "'\nENGINE = Atomic\n");
    }
  }

  @Override
  public synchronized boolean isRunning() {
    return process.map(Process::isAlive).orElse(false);
  }

  @Override
  public synchronized OptionalLong pid() {
    return process.map(p -> OptionalLong.of(p.pid())).orElseGet(OptionalLong::empty);
  }

  @Override
  public synchronized void stop() {
    process.ifPresent(Process::destroy);
    awaitExit(STOP_SECONDS);
    kill();
  }

  @Override
  public synchronized void kill() {
    process.ifPresent(Process::destroyForcibly);
    awaitExit(STOP_SECONDS);
  }

  private void awaitExit(long seconds) {
    try {
      if (process.isPresent()) {
        process.get().waitFor(seconds, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  @Override
  public void awaitExit() throws InterruptedException {
    Optional<Process> awaited;
    synchronized (this) {
      awaited = process;
    }
    if (awaited.isPresent()) {
      awaited.get().waitFor();
    }
  }

  @Override
  public synchronized String account() {
    String state =
        process
            .map(p -> p.isAlive() ? "still runs" : "exited with " + p.exitValue())
            .orElse("was not started");
    return "the process " + state + "; " + folder.outputTail() + folder.logTail();
  }

  @Override
  public void close() {
    stop();
  }

  private static ClickHouseException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new ClickHouseException("interrupted", e);
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.clickhouse;

import io.luminate.benchmarks.load.LoadResult;
import io.luminate.benchmarks.load.Loader;
import io.luminate.benchmarks.process.ChildProcess;
import io.luminate.benchmarks.process.ProcessUsage;
import io.luminate.benchmarks.profile.ProfileText;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Luminate servers in front of one database of ClickHouse. */
final class Servers implements AutoCloseable {
  private static final Duration READY_WITHIN = Duration.ofMinutes(2);

  private static final String NO_LIMIT = "1000000000";

  private final Path command;
  private final Path folder;
  private final boolean profile;
  private final List<ChildProcess> processes = new ArrayList<>();
  private final List<InetSocketAddress> addresses = new ArrayList<>();

  private Servers(Path command, Path folder, boolean profile) {
    this.command = command;
    this.folder = folder;
    this.profile = profile;
  }

  /**
   * @param folder for logs and recordings
   * @param profile whether they record where their time goes
   */
  static Servers start(
      Path command,
      ClickHouseServer clickHouse,
      String database,
      int count,
      Path folder,
      boolean profile)
      throws IOException, InterruptedException {
    Servers servers = new Servers(command, folder, profile);
    try {
      for (int i = 0; i < count; i++) {
        servers.startOne(clickHouse, database, "server-%d-of-%d".formatted(i + 1, count));
      }
      return servers;
    } catch (IOException | InterruptedException | RuntimeException e) {
      servers.close();
      throw e;
    }
  }

  private void startOne(ClickHouseServer clickHouse, String database, String name)
      throws IOException, InterruptedException {
    InetSocketAddress api = ChildProcess.freeAddress();
    InetSocketAddress management = ChildProcess.freeAddress();
    Map<String, String> environment =
        new HashMap<>(environment(clickHouse, database, api, management));
    if (profile) {
      environment.put(
          ProfileText.OPTIONS_VARIABLE, ProfileText.recordingInto(folder.resolve(name + ".jfr")));
    }
    ChildProcess process =
        ChildProcess.start(List.of(command.toString()), environment, folder.resolve(name + ".log"));
    processes.add(process);
    addresses.add(api);
    process.awaitReady(
        URI.create("http://127.0.0.1:" + management.getPort() + "/ready"), READY_WITHIN);
  }

  private static Map<String, String> environment(
      ClickHouseServer clickHouse,
      String database,
      InetSocketAddress api,
      InetSocketAddress management) {
    return Map.ofEntries(
        Map.entry("LUMINATE_SERVER_HOST", api.getHostString()),
        Map.entry("LUMINATE_SERVER_PORT", Integer.toString(api.getPort())),
        Map.entry("LUMINATE_MANAGEMENT_HOST", management.getHostString()),
        Map.entry("LUMINATE_MANAGEMENT_PORT", Integer.toString(management.getPort())),
        Map.entry("LUMINATE_AUTH_ENABLED", "false"),
        Map.entry("LUMINATE_STORAGE_BACKEND", "clickhouse"),
        Map.entry("LUMINATE_CLICKHOUSE_ADDRESSES", clickHouse.httpUrl().toString()),
        Map.entry("LUMINATE_CLICKHOUSE_DATABASE", database),
        Map.entry("LUMINATE_CLICKHOUSE_USERNAME", clickHouse.user()),
        Map.entry("LUMINATE_CLICKHOUSE_PASSWORD", clickHouse.password()),
        Map.entry("LUMINATE_RATE_LIMITS_WRITE_REQUESTS_PER_SECOND", NO_LIMIT),
        Map.entry("LUMINATE_RATE_LIMITS_QUERY_REQUESTS_PER_SECOND", NO_LIMIT),
        Map.entry("LUMINATE_RATE_LIMITS_METRICS_PER_SECOND", NO_LIMIT),
        Map.entry("LUMINATE_CARDINALITY_LIMITS_MAX_UNIQUE_SERIES_PER_METRIC", NO_LIMIT));
  }

  List<InetSocketAddress> addresses() {
    return List.copyOf(addresses);
  }

  /** The first ones run, and the others do nothing at all, as if they were not there. */
  void runOnly(int count) throws IOException, InterruptedException {
    for (int i = 0; i < processes.size(); i++) {
      if (i < count) {
        processes.get(i).resume();
      } else {
        processes.get(i).suspend();
      }
    }
  }

  /** Of all of them, their start included. */
  Duration cpu() throws IOException {
    Duration sum = Duration.ZERO;
    for (ChildProcess process : processes) {
      sum = sum.plus(new ProcessUsage(process.pid()).cpu());
    }
    return sum;
  }

  long residentBytesMax() throws IOException {
    long max = 0;
    for (ChildProcess process : processes) {
      max = Math.max(max, new ProcessUsage(process.pid()).residentBytesPeak());
    }
    return max;
  }

  String threads() throws IOException {
    return ProfileText.threads(new ProcessUsage(processes.getFirst().pid()));
  }

  /** Ends them all in order, and says what the first one did in [from, to). */
  List<String> methods(Instant from, Instant to) throws IOException, InterruptedException {
    for (ChildProcess process : processes) {
      process.stop();
    }
    Path recording = folder.resolve("server-1-of-%d.jfr".formatted(processes.size()));
    return ProfileText.methods(recording, "load", from, to);
  }

  /** A failure is told with the ends of their logs. */
  LoadResult load(Loader loader, int connections) throws IOException, InterruptedException {
    try {
      return loader.run(connections);
    } catch (IOException e) {
      throw new IOException(e.getMessage() + "; " + ChildProcess.accounts(processes), e);
    }
  }

  @Override
  public void close() {
    processes.forEach(ChildProcess::close);
  }
}

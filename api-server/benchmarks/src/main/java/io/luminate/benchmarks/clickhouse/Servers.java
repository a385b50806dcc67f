// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.clickhouse;

import io.luminate.benchmarks.process.ChildProcess;
import io.luminate.benchmarks.process.ProcessUsage;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Luminate servers in front of one database of ClickHouse. */
final class Servers implements AutoCloseable {
  private static final Duration READY_WITHIN = Duration.ofMinutes(2);

  private static final String NO_LIMIT = "1000000000";

  private final List<ChildProcess> processes = new ArrayList<>();
  private final List<InetSocketAddress> addresses = new ArrayList<>();

  private Servers() {}

  static Servers start(
      Path command, ClickHouseServer clickHouse, String database, int count, Path folder)
      throws IOException, InterruptedException {
    Servers servers = new Servers();
    try {
      for (int i = 0; i < count; i++) {
        Path log = folder.resolve("server-%d-of-%d.log".formatted(i + 1, count));
        servers.startOne(command, clickHouse, database, log);
      }
      return servers;
    } catch (IOException | InterruptedException | RuntimeException e) {
      servers.close();
      throw e;
    }
  }

  private void startOne(Path command, ClickHouseServer clickHouse, String database, Path log)
      throws IOException, InterruptedException {
    InetSocketAddress api = ChildProcess.freeAddress();
    InetSocketAddress management = ChildProcess.freeAddress();
    ChildProcess process =
        ChildProcess.start(
            List.of(command.toString()), environment(clickHouse, database, api, management), log);
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

  String account() throws IOException {
    StringBuilder text = new StringBuilder();
    for (ChildProcess process : processes) {
      text.append(process.account()).append('\n');
    }
    return text.toString();
  }

  @Override
  public void close() {
    processes.forEach(ChildProcess::close);
  }
}

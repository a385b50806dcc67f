// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.limits;

import io.luminate.benchmarks.process.ChildProcess;
import io.luminate.benchmarks.process.ProcessUsage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Servers on one store whose only limit is that of series per metric. */
final class LimitedServers implements AutoCloseable {
  /** The most that a limit may be, which is as good as none. */
  static final long NO_LIMIT = 1_000_000_000;

  private static final Duration READY_WITHIN = Duration.ofMinutes(2);
  private static final Duration SETTLED_WITHIN = Duration.ofMinutes(2);

  private final List<ChildProcess> processes = new ArrayList<>();
  private final List<InetSocketAddress> addresses = new ArrayList<>();
  private Duration startUp = Duration.ZERO;

  private LimitedServers() {}

  /**
   * @param storage settings that say where the data is
   * @param folder for logs
   */
  static LimitedServers start(
      Path command, Map<String, String> storage, long seriesMax, int count, Path folder)
      throws IOException, InterruptedException {
    LimitedServers servers = new LimitedServers();
    try {
      for (int i = 0; i < count; i++) {
        servers.startOne(command, storage, seriesMax, folder.resolve("server-" + i + ".log"));
      }
      servers.startUp = servers.cpu();
      return servers;
    } catch (IOException | InterruptedException | RuntimeException e) {
      servers.close();
      throw e;
    }
  }

  private void startOne(Path command, Map<String, String> storage, long seriesMax, Path log)
      throws IOException, InterruptedException {
    InetSocketAddress api = ChildProcess.freeAddress();
    InetSocketAddress management = ChildProcess.freeAddress();
    Map<String, String> environment = new HashMap<>(storage);
    environment.put("LUMINATE_SERVER_HOST", api.getHostString());
    environment.put("LUMINATE_SERVER_PORT", Integer.toString(api.getPort()));
    environment.put("LUMINATE_MANAGEMENT_HOST", management.getHostString());
    environment.put("LUMINATE_MANAGEMENT_PORT", Integer.toString(management.getPort()));
    environment.put("LUMINATE_AUTH_ENABLED", "false");
    environment.put("LUMINATE_RATE_LIMITS_WRITE_REQUESTS_PER_SECOND", Long.toString(NO_LIMIT));
    environment.put("LUMINATE_RATE_LIMITS_METRICS_PER_SECOND", Long.toString(NO_LIMIT));
    environment.put(
        "LUMINATE_CARDINALITY_LIMITS_MAX_UNIQUE_SERIES_PER_METRIC", Long.toString(seriesMax));
    ChildProcess process = ChildProcess.start(List.of(command.toString()), environment, log);
    processes.add(process);
    addresses.add(api);
    process.awaitReady(
        URI.create("http://127.0.0.1:" + management.getPort() + "/ready"), READY_WITHIN);
  }

  List<InetSocketAddress> addresses() {
    return List.copyOf(addresses);
  }

  private Duration cpu() throws IOException {
    Duration sum = Duration.ZERO;
    for (ChildProcess process : processes) {
      sum = sum.plus(new ProcessUsage(process.pid()).cpu());
    }
    return sum;
  }

  /** Since they were ready, until what they do in the background is done. */
  Duration settledCpu() throws IOException, InterruptedException {
    for (ChildProcess process : processes) {
      if (!new ProcessUsage(process.pid()).awaitQuiet(SETTLED_WITHIN)) {
        throw new IOException("not quiet within " + SETTLED_WITHIN + "; " + process.account());
      }
    }
    return cpu().minus(startUp);
  }

  String account() throws IOException {
    return ChildProcess.accounts(processes);
  }

  @Override
  public void close() {
    processes.forEach(ChildProcess::close);
  }
}

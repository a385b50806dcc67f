// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks;

import io.luminate.benchmarks.load.CustomersWorkload;
import io.luminate.benchmarks.load.HttpReply;
import io.luminate.benchmarks.load.InfluxLines;
import io.luminate.benchmarks.load.LoadResult;
import io.luminate.benchmarks.load.Loader;
import io.luminate.benchmarks.peer.VictoriaMetricsBinary;
import io.luminate.benchmarks.process.ChildProcess;
import io.luminate.benchmarks.process.ProcessUsage;
import io.luminate.benchmarks.query.MetricsQl;
import io.luminate.benchmarks.query.QueryTimer;
import io.luminate.benchmarks.query.QueryTiming;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The same points as Influx lines, the same questions in MetricsQL. It acknowledges before anything
 * is written: up to five seconds of points go with a crash.
 */
final class VictoriaMetricsRun {
  private static final Duration READY_WITHIN = Duration.ofMinutes(2);
  private static final Duration SETTLED_WITHIN = Duration.ofMinutes(5);

  /** It writes points to disk 5 s after they came (-inmemoryDataFlushInterval). */
  private static final long TO_DISK_MILLIS = 6_000;

  private final BenchOptions options;
  private final CustomersWorkload workload;
  private final Path folder;
  private final Path binary;

  VictoriaMetricsRun(BenchOptions options, CustomersWorkload workload, Path folder, Path binary) {
    this.options = options;
    this.workload = workload;
    this.folder = folder;
    this.binary = binary;
  }

  Measured run() throws IOException, InterruptedException {
    InetSocketAddress http = ChildProcess.freeAddress();
    Path data = folder.resolve("victoriametrics");
    List<String> notes = new ArrayList<>();
    try (ChildProcess server = start(http, data)) {
      awaitReady(server, http);
      ProcessUsage usage = new ProcessUsage(server.pid());
      QueryTimer timer = new QueryTimer(http);
      Duration startUp = usage.cpu();
      LoadResult load =
          new Loader(workload, new InfluxLines(workload.size()), http).run(options.connections());
      HttpReply flushed = timer.ask("/internal/force_flush", "");
      if (!flushed.ok()) {
        notes.add("force_flush: " + flushed.shown());
      }
      Thread.sleep(TO_DISK_MILLIS);
      boolean settled = usage.awaitQuiet(SETTLED_WITHIN);
      Duration cpu = usage.cpu().minus(startUp);
      long resident = usage.residentBytes();
      long residentPeak = usage.residentBytesPeak();
      long diskBytes = ProcessUsage.fileBytes(data);
      List<QueryTiming> queries = timer.time(new MetricsQl(workload).all());
      queries.stream()
          .filter(timing -> !timing.ok())
          .forEach(timing -> notes.add(timing.name().title() + " failed: " + timing.failure()));
      long packedBytes = merged(timer, usage, data);
      server.kill();
      try (ChildProcess again = start(http, data)) {
        Duration restart = awaitReady(again, http);
        again.stop();
        return new Measured(
            "VictoriaMetrics " + VictoriaMetricsBinary.VERSION,
            load,
            cpu,
            settled,
            resident,
            residentPeak,
            diskBytes,
            packedBytes,
            restart,
            queries,
            notes);
      }
    }
  }

  /** The size when all parts are merged, which it would do in its own time. */
  private static long merged(QueryTimer timer, ProcessUsage usage, Path data)
      throws IOException, InterruptedException {
    timer.ask("/internal/force_merge", "");
    usage.awaitQuiet(SETTLED_WITHIN);
    return ProcessUsage.fileBytes(data);
  }

  private ChildProcess start(InetSocketAddress http, Path data) throws IOException {
    return ChildProcess.start(
        List.of(
            binary.toString(),
            "-storageDataPath=" + data,
            "-httpListenAddr=" + http.getHostString() + ":" + http.getPort(),
            "-retentionPeriod=1y",
            "-search.latencyOffset=0s",
            "-search.maxUniqueTimeseries=3000000",
            "-search.maxQueryDuration=300s",
            "-search.maxExportDuration=300s",
            "-influxSkipSingleField"),
        Map.of(),
        folder.resolve("victoriametrics.log"));
  }

  private static Duration awaitReady(ChildProcess server, InetSocketAddress http)
      throws IOException, InterruptedException {
    URI health = URI.create("http://" + http.getHostString() + ":" + http.getPort() + "/health");
    return server.awaitReady(health, READY_WITHIN);
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks;

import io.luminate.benchmarks.load.CustomersWorkload;
import io.luminate.benchmarks.load.HttpReply;
import io.luminate.benchmarks.load.JsonFormat;
import io.luminate.benchmarks.load.LoadResult;
import io.luminate.benchmarks.load.Loader;
import io.luminate.benchmarks.load.Metric;
import io.luminate.benchmarks.process.ChildProcess;
import io.luminate.benchmarks.process.ProcessUsage;
import io.luminate.benchmarks.profile.ProfileText;
import io.luminate.benchmarks.query.LuminateQueries;
import io.luminate.benchmarks.query.QueryTimer;
import io.luminate.benchmarks.query.QueryTiming;
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

/** Loads the server, asks it, kills it and starts it again. */
final class LuminateRun {
  private static final Duration READY_WITHIN = Duration.ofMinutes(2);
  private static final Duration SETTLED_WITHIN = Duration.ofMinutes(5);
  private static final String NO_LIMIT = "1000000000";

  private final BenchOptions options;
  private final CustomersWorkload workload;
  private final Path folder;
  private final List<String> notes = new ArrayList<>();

  LuminateRun(BenchOptions options, CustomersWorkload workload, Path folder) {
    this.options = options;
    this.workload = workload;
    this.folder = folder;
  }

  Measured run() throws IOException, InterruptedException {
    InetSocketAddress api = ChildProcess.freeAddress();
    InetSocketAddress management = ChildProcess.freeAddress();
    try (ChildProcess server = start(api, management)) {
      awaitReady(server, management);
      ProcessUsage usage = new ProcessUsage(server.pid());
      Duration startUp = usage.cpu();
      ProcessUsage loader = new ProcessUsage(ProcessHandle.current().pid());
      Duration loaderBefore = loader.cpu();
      Instant loadStart = Instant.now();
      LoadResult load = load(server, api);
      Instant loadEnd = Instant.now();
      noteLoader(loader.cpu().minus(loaderBefore));
      boolean settled = usage.awaitQuiet(SETTLED_WITHIN);
      Measured loaded = loaded(load, usage, startUp, settled);
      notes.add(ProfileText.threads(usage));
      Instant queryStart = Instant.now();
      List<QueryTiming> queries = ask(api);
      Duration restart = restart(server, api, management);
      if (options.profile()) {
        notes.addAll(ProfileText.methods(recording(), "load", loadStart, loadEnd));
        notes.addAll(ProfileText.methods(recording(), "queries", queryStart, Instant.now()));
      }
      long packedBytes = SealedFolder.bytes(data());
      return complete(loaded, packedBytes, restart, queries);
    }
  }

  private LoadResult load(ChildProcess server, InetSocketAddress api)
      throws IOException, InterruptedException {
    try {
      return new Loader(workload, new JsonFormat(workload.size()), api).run(options.connections());
    } catch (IOException e) {
      throw new IOException(e.getMessage() + "; " + server.account(), e);
    }
  }

  private Path data() {
    return folder.resolve("data");
  }

  private Path recording() {
    return folder.resolve("first.jfr");
  }

  private ChildProcess start(InetSocketAddress api, InetSocketAddress management)
      throws IOException {
    Map<String, String> environment = new HashMap<>(environment(api, management));
    if (options.profile()) {
      environment.put(ProfileText.OPTIONS_VARIABLE, ProfileText.recordingInto(recording()));
    }
    return ChildProcess.start(
        List.of(options.server().toString()), environment, folder.resolve("server.log"));
  }

  private Map<String, String> environment(InetSocketAddress api, InetSocketAddress management) {
    return Map.ofEntries(
        Map.entry("LUMINATE_SERVER_HOST", api.getHostString()),
        Map.entry("LUMINATE_SERVER_PORT", Integer.toString(api.getPort())),
        Map.entry("LUMINATE_MANAGEMENT_HOST", management.getHostString()),
        Map.entry("LUMINATE_MANAGEMENT_PORT", Integer.toString(management.getPort())),
        Map.entry("LUMINATE_AUTH_ENABLED", "false"),
        Map.entry("LUMINATE_STORAGE_ROCKSDB_DATA_DIR", data().toString()),
        Map.entry("LUMINATE_STORAGE_ROCKSDB_DURABILITY", "disk"),
        Map.entry("LUMINATE_RATE_LIMITS_WRITE_REQUESTS_PER_SECOND", NO_LIMIT),
        Map.entry("LUMINATE_RATE_LIMITS_QUERY_REQUESTS_PER_SECOND", NO_LIMIT),
        Map.entry("LUMINATE_RATE_LIMITS_METRICS_PER_SECOND", NO_LIMIT),
        Map.entry("LUMINATE_CARDINALITY_LIMITS_MAX_UNIQUE_SERIES_PER_METRIC", NO_LIMIT));
  }

  private static Duration awaitReady(ChildProcess server, InetSocketAddress management)
      throws IOException, InterruptedException {
    URI ready =
        URI.create("http://" + management.getHostString() + ":" + management.getPort() + "/ready");
    return server.awaitReady(ready, READY_WITHIN);
  }

  private Measured loaded(LoadResult load, ProcessUsage usage, Duration startUp, boolean settled)
      throws IOException {
    return new Measured(
        "Luminate",
        load,
        usage.cpu().minus(startUp),
        settled,
        usage.residentBytes(),
        usage.residentBytesPeak(),
        ProcessUsage.fileBytes(data()),
        0,
        Duration.ZERO,
        List.of(),
        List.of());
  }

  private Measured complete(
      Measured loaded, long packedBytes, Duration restart, List<QueryTiming> queries) {
    return new Measured(
        loaded.name(),
        loaded.load(),
        loaded.cpu(),
        loaded.settled(),
        loaded.residentBytes(),
        loaded.residentBytesPeak(),
        loaded.diskBytes(),
        packedBytes,
        restart,
        queries,
        notes);
  }

  private List<QueryTiming> ask(InetSocketAddress api) throws IOException {
    LuminateQueries queries = new LuminateQueries(workload);
    QueryTimer timer = new QueryTimer(api);
    List<QueryTiming> timings = timer.time(queries.all());
    timings.stream()
        .filter(timing -> !timing.ok())
        .forEach(timing -> notes.add(timing.name().title() + " failed: " + timing.failure()));
    verify(timer, queries);
    return timings;
  }

  /** A fast answer from a store that lost points is worth nothing. */
  private void verify(QueryTimer timer, LuminateQueries queries) throws IOException {
    for (Metric metric : Metric.values()) {
      HttpReply reply = timer.ask(LuminateQueries.path(), queries.countOf(metric));
      long points = workload.size().points(metric);
      if (!reply.body().contains("\"count\":" + points)) {
        notes.add(
            "WRONG: %s has %d points, and a count of them answered %s"
                .formatted(metric.wireName(), points, reply.shown()));
      }
    }
  }

  private Duration restart(ChildProcess server, InetSocketAddress api, InetSocketAddress management)
      throws IOException, InterruptedException {
    if (options.profile()) {
      // Only an orderly end writes the recording.
      server.stop();
    } else {
      server.kill();
    }
    try (ChildProcess again =
        ChildProcess.start(
            List.of(options.server().toString()),
            environment(api, management),
            folder.resolve("restarted.log"))) {
      Duration ready = awaitReady(again, management);
      verify(new QueryTimer(api), new LuminateQueries(workload));
      Duration stopped = again.stop();
      notes.add("orderly stop: %.2f s".formatted(stopped.toMillis() / 1e3));
      return ready;
    }
  }

  /** It runs on the server's processors. */
  private void noteLoader(Duration cpu) {
    notes.add(
        "processor time of the loader: %.2f µs/point"
            .formatted(cpu.toNanos() / 1e3 / workload.size().points()));
  }
}

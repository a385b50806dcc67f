// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What to measure. BACKEND, POINTS, PEERS and OUT of the environment are defaults of the flags, as
 * make hands them on.
 *
 * @param backend of the server: rocksdb or clickhouse
 * @param points a size of the workload by name
 * @param peers databases to run beside Luminate
 * @param dataFolder where data folders are made and removed again
 * @param resultsFile a document whose section for this size is replaced; none when absent
 * @param servers how many in front of ClickHouse, one load after the other
 * @param compare whether ClickHouse alone does the same, and both answer questions
 * @param profile whether the server records where its time goes, which costs a little of it
 * @param fairness of tenants; where it is wanted nothing else is measured
 * @param limits of series; likewise
 */
record BenchOptions(
    Path server,
    String backend,
    String points,
    List<String> peers,
    Path dataFolder,
    Optional<Path> resultsFile,
    List<Integer> servers,
    boolean compare,
    boolean profile,
    Fairness fairness,
    Limits limits,
    long seed,
    int connections) {
  private static final String USAGE =
      "flags: --server FILE --backend rocksdb|clickhouse --points 100k|1m|17m|100m"
          + " --peers victoriametrics --data-dir FOLDER --write-docs FILE --profile true|false"
          + " --seed N --connections N --servers N,N,… --compare true|false"
          + " --fairness true|false --fairness-seconds N"
          + " --limits true|false --limits-series N";

  /**
   * Two tenants beside each other.
   *
   * @param turn how long each of two measurements alone and two beside the other take
   */
  record Fairness(boolean wanted, Duration turn) {}

  /**
   * What a limit of series lets in, and what it costs.
   *
   * @param seriesMax the limit
   */
  record Limits(boolean wanted, int seriesMax) {}

  BenchOptions {
    if (!List.of("rocksdb", "clickhouse").contains(backend)) {
      throw new IllegalArgumentException("backend: " + backend + " is none of rocksdb, clickhouse");
    }
  }

  boolean onClickHouse() {
    return backend.equals("clickhouse");
  }

  /** Where a document keeps the results of such a measurement. */
  String section(String measurement) {
    return measurement + (onClickHouse() ? "-clickhouse-" : "-") + points;
  }

  static BenchOptions parse(Map<String, String> environment, String... arguments) {
    if (arguments.length % 2 != 0) {
      throw new IllegalArgumentException("a value is missing; " + USAGE);
    }
    Map<String, String> flags = defaults(environment);
    for (int i = 0; i < arguments.length; i += 2) {
      if (flags.put(arguments[i], arguments[i + 1]) == null) {
        throw new IllegalArgumentException(arguments[i] + " is not known; " + USAGE);
      }
    }
    return of(flags);
  }

  private static Map<String, String> defaults(Map<String, String> environment) {
    Map<String, String> flags = new LinkedHashMap<>();
    flags.put("--server", "api-server/server/target/dist/bin/luminate-server");
    flags.put("--backend", or(environment.get("BACKEND"), "rocksdb"));
    flags.put("--points", or(environment.get("POINTS"), "17m"));
    flags.put("--peers", or(environment.get("PEERS"), ""));
    flags.put("--data-dir", System.getProperty("java.io.tmpdir"));
    flags.put("--write-docs", or(environment.get("OUT"), ""));
    flags.put("--servers", "1,2,4");
    flags.put("--compare", "true");
    flags.put("--profile", "false");
    flags.put("--fairness", "false");
    flags.put("--fairness-seconds", "30");
    flags.put("--limits", "false");
    flags.put("--limits-series", "1000000");
    flags.put("--seed", "1");
    flags.put("--connections", "");
    return flags;
  }

  /**
   * In front of ClickHouse there are many clients, whose requests gather into an insert: with the
   * four that the embedded store needs to be busy none would be larger than 40 000 points.
   */
  private static int connections(Map<String, String> flags) {
    String given = flags.getOrDefault("--connections", "");
    String usual = flags.getOrDefault("--backend", "").equals("clickhouse") ? "48" : "4";
    return Integer.parseInt(given.isEmpty() ? usual : given);
  }

  private static String or(@Nullable String value, String otherwise) {
    return value == null || value.isEmpty() ? otherwise : value;
  }

  private static BenchOptions of(Map<String, String> flags) {
    String results = flags.getOrDefault("--write-docs", "");
    return new BenchOptions(
        Path.of(flags.getOrDefault("--server", "")),
        flags.getOrDefault("--backend", ""),
        flags.getOrDefault("--points", ""),
        names(flags.getOrDefault("--peers", "")),
        Path.of(flags.getOrDefault("--data-dir", "")),
        results.isEmpty() ? Optional.empty() : Optional.of(Path.of(results)),
        names(flags.getOrDefault("--servers", "")).stream().map(Integer::valueOf).toList(),
        Boolean.parseBoolean(flags.getOrDefault("--compare", "")),
        Boolean.parseBoolean(flags.getOrDefault("--profile", "")),
        new Fairness(
            Boolean.parseBoolean(flags.getOrDefault("--fairness", "")),
            Duration.ofSeconds(Long.parseLong(flags.getOrDefault("--fairness-seconds", "")))),
        new Limits(
            Boolean.parseBoolean(flags.getOrDefault("--limits", "")),
            Integer.parseInt(flags.getOrDefault("--limits-series", ""))),
        Long.parseLong(flags.getOrDefault("--seed", "")),
        connections(flags));
  }

  private static List<String> names(String list) {
    return Stream.of(list.split(",")).map(String::strip).filter(name -> !name.isEmpty()).toList();
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What to measure. POINTS, PEERS and OUT of the environment are defaults of the flags, as make
 * hands them on.
 *
 * @param points a size of the workload by name
 * @param peers databases to run beside Luminate
 * @param dataFolder where data folders are made and removed again
 * @param resultsFile a document whose section for this size is replaced; none when absent
 * @param profile whether the server records where its time goes, which costs a little of it
 */
record BenchOptions(
    Path server,
    String points,
    List<String> peers,
    Path dataFolder,
    Optional<Path> resultsFile,
    boolean profile,
    long seed,
    int connections) {
  private static final String USAGE =
      "flags: --server FILE --points 100k|1m|17m|100m --peers victoriametrics --data-dir FOLDER"
          + " --write-docs FILE --profile true|false --seed N --connections N";

  static BenchOptions parse(Map<String, String> environment, String... arguments) {
    String points = environment.getOrDefault("POINTS", "");
    String out = environment.getOrDefault("OUT", "");
    BenchOptions options =
        new BenchOptions(
            Path.of("api-server/server/target/dist/bin/luminate-server"),
            points.isEmpty() ? "17m" : points,
            names(environment.getOrDefault("PEERS", "")),
            Path.of(System.getProperty("java.io.tmpdir")),
            out.isEmpty() ? Optional.empty() : Optional.of(Path.of(out)),
            false,
            1,
            4);
    if (arguments.length % 2 != 0) {
      throw new IllegalArgumentException("a value is missing; " + USAGE);
    }
    for (int i = 0; i < arguments.length; i += 2) {
      options = options.with(arguments[i], arguments[i + 1]);
    }
    return options;
  }

  private static List<String> names(String list) {
    return Stream.of(list.split(",")).map(String::strip).filter(name -> !name.isEmpty()).toList();
  }

  private BenchOptions with(String flag, String value) {
    return switch (flag) {
      case "--server" -> with(Path.of(value), points, peers, dataFolder, resultsFile);
      case "--points" -> with(server, value, peers, dataFolder, resultsFile);
      case "--peers" -> with(server, points, names(value), dataFolder, resultsFile);
      case "--data-dir" -> with(server, points, peers, Path.of(value), resultsFile);
      case "--write-docs" -> with(server, points, peers, dataFolder, Optional.of(Path.of(value)));
      case "--profile" -> with(Boolean.parseBoolean(value), seed, connections);
      case "--seed" -> with(profile, Long.parseLong(value), connections);
      case "--connections" -> with(profile, seed, Integer.parseInt(value));
      default -> throw new IllegalArgumentException(flag + " is not known; " + USAGE);
    };
  }

  private BenchOptions with(
      Path newServer,
      String newPoints,
      List<String> newPeers,
      Path newDataFolder,
      Optional<Path> newResultsFile) {
    return new BenchOptions(
        newServer, newPoints, newPeers, newDataFolder, newResultsFile, profile, seed, connections);
  }

  private BenchOptions with(boolean newProfile, long newSeed, int newConnections) {
    return new BenchOptions(
        server, points, peers, dataFolder, resultsFile, newProfile, newSeed, newConnections);
  }
}

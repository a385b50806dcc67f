// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Problems in the order in which somebody puts them right: those of the file by line, then all
 * others in the order of the documented keys, each from the first key of the section it is about.
 */
final class ProblemOrder {
  private final String filePrefix;

  private ProblemOrder(String filePrefix) {
    this.filePrefix = filePrefix;
  }

  static List<ConfigProblem> sorted(List<ConfigProblem> problems, Optional<Path> file) {
    // Without a file there are no lines; what begins with a line break is no origin.
    ProblemOrder order = new ProblemOrder(file.map(path -> path + ":").orElse("\n"));
    return problems.stream()
        .sorted(Comparator.comparingInt(order::line).thenComparingInt(order::key))
        .toList();
  }

  private int line(ConfigProblem problem) {
    return isInFile(problem)
        ? Integer.parseInt(problem.origin().substring(filePrefix.length()))
        : Integer.MAX_VALUE;
  }

  private boolean isInFile(ConfigProblem problem) {
    return problem.origin().startsWith(filePrefix);
  }

  /** One line has its problems from left to right already. */
  private int key(ConfigProblem problem) {
    return isInFile(problem) || problem.key().isEmpty()
        ? Integer.MAX_VALUE
        : IntStream.range(0, ConfigKeys.ALL.size())
            .filter(number -> covers(problem.key(), ConfigKeys.ALL.get(number).path()))
            .findFirst()
            .orElse(Integer.MAX_VALUE);
  }

  private static boolean covers(String keyOrSection, String path) {
    return path.equals(keyOrSection) || path.startsWith(keyOrSection + ".");
  }
}

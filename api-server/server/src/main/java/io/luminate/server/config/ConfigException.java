// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration cannot be used; the message lists every problem, one a line. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<ConfigProblem> problems;

  public ConfigException(List<ConfigProblem> problems) {
    super(
        problems.stream()
            .map(problem -> "  " + problem)
            .collect(
                Collectors.joining("\n", "the configuration has " + count(problems) + ":\n", "")));
    this.problems = List.copyOf(problems);
  }

  private static String count(List<ConfigProblem> problems) {
    return problems.size() == 1 ? "1 problem" : problems.size() + " problems";
  }

  public List<ConfigProblem> problems() {
    return problems;
  }
}

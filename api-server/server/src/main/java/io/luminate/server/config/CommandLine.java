// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the process was asked to do. Empty strings stand for options that were not given.
 *
 * @param dataDir overrides {@code storage.rocksdb.data_dir}
 * @param tenantsFile overrides {@code limits.file}
 */
public record CommandLine(Action action, String configFile, String dataDir, String tenantsFile) {
  /** What to do. */
  public enum Action {
    SERVE,
    CHECK_CONFIG,
    HELP,
    VERSION
  }

  public static final String USAGE =
      """
      usage: luminate-server [--config FILE] [--data-dir DIR] [--tenants FILE] [--check-config]
             luminate-server cleanup --url URL --token-file FILE [--timeout DURATION]

        --config FILE    settings in YAML; without it the defaults and the environment count
        --data-dir DIR   where the embedded store keeps its data (storage.rocksdb.data_dir)
        --tenants FILE   limits of tenants, read again when they change (limits.file)
        --check-config   check the settings, show them without secrets, and exit
        --version        show the version and exit
        --help           show this and exit

        cleanup          has a server that runs free what is past its retention, and ends
        --url URL        of its internal port, such as http://127.0.0.1:8082
        --token-file FILE  holds the internal token
        --timeout DURATION how long to wait for the server (10m)

      Every setting can be given in the environment as well: LUMINATE_ and its path in upper snake
      case, for example LUMINATE_SERVER_PORT=9090. To try it out on one machine, without tokens:

        LUMINATE_SERVER_HOST=127.0.0.1 LUMINATE_AUTH_ENABLED=false luminate-server --data-dir ./data
      """;

  /** Options are {@code --name value} or {@code --name=value}; each at most once. */
  public static CommandLine parse(List<String> arguments) throws ConfigException {
    return new Parser(arguments).parse();
  }

  public Optional<Path> configPath() {
    return configFile.isEmpty() ? Optional.empty() : Optional.of(Path.of(configFile));
  }

  private static final class Parser {
    private final List<String> arguments;
    private final List<ConfigProblem> problems = new ArrayList<>();
    private Action action = Action.SERVE;
    private String configFile = "";
    private String dataDir = "";
    private String tenantsFile = "";
    private int next;

    Parser(List<String> arguments) {
      this.arguments = arguments;
    }

    CommandLine parse() throws ConfigException {
      while (next < arguments.size()) {
        String argument = arguments.get(next++);
        int equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
        String name = equals < 0 ? argument : argument.substring(0, equals);
        Optional<String> attached =
            equals < 0 ? Optional.empty() : Optional.of(argument.substring(equals + 1));
        option(name, attached);
      }
      if (!problems.isEmpty()) {
        throw new ConfigException(problems);
      }
      return new CommandLine(action, configFile, dataDir, tenantsFile);
    }

    private void option(String name, Optional<String> attached) {
      switch (name) {
        case "--config" -> configFile = value(name, configFile, attached);
        case "--data-dir" -> dataDir = value(name, dataDir, attached);
        case "--tenants" -> tenantsFile = value(name, tenantsFile, attached);
        case "--check-config" -> flag(name, Action.CHECK_CONFIG, attached);
        case "--help", "-h" -> flag(name, Action.HELP, attached);
        case "--version" -> flag(name, Action.VERSION, attached);
        default -> problem(name, "unknown option; see --help");
      }
    }

    /** The strongest wish wins: help, then version, then check. */
    private void flag(String name, Action wished, Optional<String> attached) {
      if (attached.isPresent()) {
        problem(name, "takes no value, got " + attached.get());
      }
      boolean stronger = wished == Action.HELP || action != Action.HELP;
      if (stronger && (wished != Action.CHECK_CONFIG || action == Action.SERVE)) {
        action = wished;
      }
    }

    private String value(String name, String before, Optional<String> attached) {
      if (!before.isEmpty()) {
        problem(name, "given twice");
      }
      String value = attached.orElseGet(() -> next < arguments.size() ? arguments.get(next++) : "");
      if (value.isEmpty() || (attached.isEmpty() && value.startsWith("--"))) {
        problem(name, "needs a value");
      }
      return value;
    }

    private void problem(String option, String message) {
      problems.add(new ConfigProblem("", option, message));
    }
  }
}

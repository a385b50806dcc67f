// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The settings in the environment: {@code LUMINATE_} and the path in upper snake case. */
final class EnvironmentSource {
  private static final String PREFIX = "LUMINATE_";

  /** Variables that the start script reads, not the server. */
  private static final Set<String> OF_THE_SCRIPT =
      Set.of("LUMINATE_HEAP", "LUMINATE_JAVA_HOME", "LUMINATE_JAVA_OPTS");

  private EnvironmentSource() {}

  /** The settings by path; what is wrong is added to the problems. */
  static Map<String, RawValue> read(Map<String, String> environment, List<ConfigProblem> problems) {
    Map<String, RawValue> values = new HashMap<>();
    for (ConfigKey<?> key : ConfigKeys.ALL) {
      List<String> present =
          key.environmentNames().stream().filter(environment::containsKey).toList();
      if (present.isEmpty()) {
        continue;
      }
      if (present.stream().map(environment::get).distinct().count() > 1) {
        String message = "also set by " + present.getLast() + ", to another value; keep one";
        problems.add(new ConfigProblem(present.getFirst(), key.path(), message));
      }
      String name = present.getFirst();
      values.put(
          key.path(),
          RawValue.literal(name, environment.getOrDefault(name, ""), key.type().list()));
    }
    legacy(environment, problems);
    return values;
  }

  private static void legacy(Map<String, String> environment, List<ConfigProblem> problems) {
    for (String name : new TreeMap<>(environment).keySet()) {
      if (name.startsWith("LUMINATE_BADGER_") || name.startsWith("LUMINATE_STORAGE_BADGER_")) {
        String message = "the embedded store is called rocksdb: use LUMINATE_ROCKSDB_DATA_DIR";
        problems.add(new ConfigProblem(name, "", message));
      }
    }
  }

  /**
   * Variables that look like settings and are none. Only a warning: Kubernetes injects such names
   * for every Service called luminate.
   */
  static List<String> unknown(Map<String, String> environment, Set<String> referenced) {
    List<String> known = new ArrayList<>(referenced);
    known.addAll(OF_THE_SCRIPT);
    ConfigKeys.ALL.forEach(key -> known.addAll(key.environmentNames()));
    return new TreeMap<>(environment)
        .keySet().stream()
            .filter(name -> name.startsWith(PREFIX) && !known.contains(name))
            .toList();
  }
}

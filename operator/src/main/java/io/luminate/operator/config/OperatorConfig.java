// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the operator is told at its start.
 *
 * @param namespace that it runs in
 * @param podName its own, different from that of any other operator
 * @param serverImage of clusters that name none
 * @param watched the namespaces to look after; empty for all
 * @param leaseName of the lease in its namespace
 * @param managementHost an address to listen on
 * @param managementPort 0 for any that is free
 */
public record OperatorConfig(
    String namespace,
    String podName,
    String serverImage,
    Set<String> watched,
    String leaseName,
    String managementHost,
    int managementPort) {
  public OperatorConfig {
    watched = Set.copyOf(watched);
  }

  /** All mistakes at once, each with its key and how to put it right. */
  public static OperatorConfig of(Map<String, String> environment) throws OperatorConfigException {
    Reading reading = new Reading(environment);
    OperatorConfig config =
        new OperatorConfig(
            reading.name(OperatorKey.NAMESPACE, Optional.empty()),
            reading.name(OperatorKey.POD_NAME, Optional.empty()),
            reading.text(OperatorKey.SERVER_IMAGE, Optional.empty()),
            reading.names(OperatorKey.WATCH_NAMESPACES),
            reading.name(OperatorKey.LEASE_NAME, Optional.of("luminate-operator")),
            reading.text(OperatorKey.MANAGEMENT_HOST, Optional.of("0.0.0.0")),
            reading.port(OperatorKey.MANAGEMENT_PORT, 8081));
    if (!reading.problems.isEmpty()) {
      throw new OperatorConfigException(reading.problems);
    }
    return config;
  }

  /** Variables that look like the operator's and are not; a Service of that name makes some. */
  public static Set<String> unknown(Map<String, String> environment) {
    Set<String> known =
        Stream.of(OperatorKey.values()).map(OperatorKey::variable).collect(Collectors.toSet());
    return environment.keySet().stream()
        .filter(name -> name.startsWith(OperatorKey.PREFIX) && !known.contains(name))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Collects what is wrong. */
  private static final class Reading {
    /** Of namespaces, pods and leases alike; pods may have dots. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?");

    private static final int PORT_MAX = 65_535;

    private final Map<String, String> environment;
    private final List<String> problems = new ArrayList<>();

    Reading(Map<String, String> environment) {
      this.environment = environment;
    }

    private Optional<String> value(OperatorKey key) {
      return Optional.ofNullable(environment.get(key.variable()))
          .map(String::strip)
          .filter(text -> !text.isEmpty());
    }

    String text(OperatorKey key, Optional<String> otherwise) {
      return value(key)
          .or(() -> otherwise)
          .orElseGet(() -> wrong(key, "is missing; set it to " + key.meaning(), ""));
    }

    String name(OperatorKey key, Optional<String> otherwise) {
      String text = text(key, otherwise);
      return text.isEmpty() || NAME.matcher(text).matches()
          ? text
          : wrong(
              key, "is '" + text + "', no name in Kubernetes; set it to " + key.meaning(), text);
    }

    Set<String> names(OperatorKey key) {
      Set<String> names =
          Stream.of(value(key).orElse("").split(","))
              .map(String::strip)
              .filter(name -> !name.isEmpty())
              .collect(Collectors.toSet());
      names.stream()
          .filter(name -> !NAME.matcher(name).matches())
          .forEach(
              name -> wrong(key, "has '" + name + "', no name in Kubernetes; take it out", ""));
      return names;
    }

    int port(OperatorKey key, int otherwise) {
      Optional<String> text = value(key);
      if (text.isEmpty()) {
        return otherwise;
      }
      if (text.get().matches("[0-9]{1,5}") && Integer.parseInt(text.get()) <= PORT_MAX) {
        return Integer.parseInt(text.get());
      }
      wrong(key, "is '" + text.get() + "'; set it to a port, 0 to " + PORT_MAX, "");
      return otherwise;
    }

    private String wrong(OperatorKey key, String message, String then) {
      problems.add(key.variable() + " " + message);
      return then;
    }
  }
}

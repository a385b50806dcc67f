// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.config;

/** The variables that the operator reads. Whoever writes its Deployment uses these names. */
public enum OperatorKey {
  NAMESPACE("the namespace that it runs in, where its lease is"),
  POD_NAME("its own name among the operators that want to lead"),
  SERVER_IMAGE("the servers' image of clusters that name none"),
  WATCH_NAMESPACES("the namespaces that it looks after, with commas between; all if it is empty"),
  LEASE_NAME("the name of the lease that the operator which leads has"),
  MANAGEMENT_HOST("the address where it listens for /live, /ready and /metrics"),
  MANAGEMENT_PORT("the port of those"),
  LOG_LEVEL("the level of its log: DEBUG, INFO, WARN or ERROR");

  /** Variables that begin so and are none of these are mistakes, or come from a Service. */
  static final String PREFIX = "LUMINATE_OPERATOR_";

  private final String meaning;

  OperatorKey(String meaning) {
    this.meaning = meaning;
  }

  /** The variable's name. */
  public String variable() {
    return PREFIX + name();
  }

  /** What it is, to complete a sentence. */
  public String meaning() {
    return meaning;
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import io.luminate.clickhouse.testkit.ClickHouse;
import io.luminate.clickhouse.testkit.ClickHouseServer;
import io.luminate.e2e.cluster.TestNamespace;
import java.util.List;

/** What is stored under a cluster over ClickHouse, whatever its queries see. */
record ClickHouseRows(ClickHouseServer server, String database) {
  /** In a database of its own. */
  static ClickHouseRows of(TestNamespace namespace) {
    ClickHouseServer server = ClickHouse.shared();
    Cluster.createSecret(namespace, server.luminate());
    return new ClickHouseRows(server, server.newDatabase());
  }

  /**
   * Makes a cluster of one pod. All rows of a new one are held for its grace, so it has none at
   * first.
   *
   * @param policy that is there, of one day more than the cluster's own retention at least
   */
  void readyWithNothingHeld(Cluster cluster, String name, String policy) {
    begin(cluster, name);
    cluster.awaitReady(1);
    cluster.apply(text(name, "retention: {default: 1d}"));
    cluster.awaitReady(1);
    cluster.awaitAppliedPolicy(policy);
  }

  /** What that begins with, for whoever has something else to wait for meanwhile. */
  void begin(Cluster cluster, String name) {
    cluster.apply(text(name, "retention: {default: 1d, shorteningGrace: 0s}"));
  }

  private String text(String name, String retention) {
    return Texts.clickHouse(name, server.httpUrl(), database, "replicas: 1", retention);
  }

  /** A later policy is applied once ClickHouse goes by a TTL that has both of it and of before. */
  void awaitTtl(Cluster cluster, String name) {
    cluster.apply(Texts.policy("later", name, "later_*", "3d"));
    cluster.awaitAppliedPolicy("later");
  }

  /** Of all points. */
  long count() {
    return Long.parseLong(server.query("SELECT count() FROM " + database + ".points").getFirst());
  }

  /** Metrics with that end of their names, once a merge has left out what is past its time. */
  List<String> metricsAfterMerge(String end) {
    server.execute("OPTIMIZE TABLE " + database + ".points FINAL");
    return server.query(
        "SELECT DISTINCT metric FROM %s.points WHERE metric LIKE '%%%s'".formatted(database, end));
  }
}

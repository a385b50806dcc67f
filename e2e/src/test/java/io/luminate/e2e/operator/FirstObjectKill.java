// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.luminate.e2e.cluster.TestNamespace;
import java.util.concurrent.TimeUnit;

/**
 * SIGKILL to an operator as soon as it has made the first object of a cluster, which is its limits
 * document; the workload is the last but one.
 */
final class FirstObjectKill implements Watcher<ConfigMap>, AutoCloseable {
  private static final int ATTEMPTS = 5;

  private final ProcessHandle operator;
  private final Watch watch;

  private FirstObjectKill(TestNamespace namespace, String cluster, InstalledOperator operator) {
    this.operator = operator.process(operator.leading().orElseThrow());
    this.watch =
        namespace
            .client()
            .configMaps()
            .inNamespace(namespace.name())
            .withName(cluster + "-limits")
            .watch(this);
  }

  /**
   * Applies clusters, each by another name, until an operator died before the workload was made.
   *
   * @return the cluster that is half made; the operator is at work again
   */
  static String halfMade(TestNamespace namespace, InstalledOperator operator) throws Exception {
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      String name = "half-" + attempt;
      try (FirstObjectKill kill = new FirstObjectKill(namespace, name, operator)) {
        new Cluster(namespace, name).apply(Texts.rocksDb(name));
        kill.operator.onExit().get(30, TimeUnit.SECONDS);
      }
      boolean isHalfMade = hasNoWorkload(namespace, name);
      operator.awaitAtWork();
      if (isHalfMade) {
        return name;
      }
    }
    throw new AssertionError("every pass was over before the operator died");
  }

  private static boolean hasNoWorkload(TestNamespace namespace, String cluster) {
    return namespace
            .client()
            .apps()
            .statefulSets()
            .inNamespace(namespace.name())
            .withName(cluster)
            .get()
        == null;
  }

  @Override
  public void eventReceived(Action action, ConfigMap limits) {
    assertThat(operator.destroyForcibly()).isTrue();
  }

  /** A kill that never comes is what the test fails by. */
  @Override
  public void onClose(WatcherException cause) {}

  @Override
  public void close() {
    watch.close();
  }
}

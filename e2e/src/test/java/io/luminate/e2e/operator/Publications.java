// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.luminate.e2e.cluster.TestNamespace;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Every document of a cluster that was published since, in the order in which it was. */
final class Publications implements AutoCloseable {
  private final List<LimitsDocument> documents = new CopyOnWriteArrayList<>();
  private final List<String> faults = new CopyOnWriteArrayList<>();
  private final Watch watch;

  private Publications(TestNamespace namespace, String cluster) {
    watch =
        namespace
            .client()
            .configMaps()
            .inNamespace(namespace.name())
            .withName(cluster + "-limits")
            .watch(new Ordered());
  }

  static Publications of(TestNamespace namespace, String cluster) {
    return new Publications(namespace, cluster);
  }

  /** What two operators at once would not keep to. */
  void assertEachIsAbove() {
    assertThat(faults).isEmpty();
    for (int i = 1; i < documents.size(); i++) {
      LimitsDocument before = documents.get(i - 1);
      LimitsDocument after = documents.get(i);
      if (!after.text().equals(before.text())) {
        assertThat(after.version())
            .as("of %s after %s", after, before)
            .isGreaterThan(before.version());
      }
    }
  }

  /** Different versions so far. */
  long count() {
    return documents.stream().map(LimitsDocument::version).distinct().count();
  }

  @Override
  public void close() {
    watch.close();
  }

  private final class Ordered implements Watcher<ConfigMap> {
    @Override
    public void eventReceived(Action action, ConfigMap configMap) {
      documents.add(LimitsDocument.of(configMap));
    }

    @Override
    public void onClose(WatcherException cause) {
      faults.add(cause.toString());
    }
  }
}

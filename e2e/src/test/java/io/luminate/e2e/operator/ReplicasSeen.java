// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.luminate.e2e.cluster.TestNamespace;
import java.util.ArrayList;
import java.util.List;

/** All numbers of pods that a Deployment was to have, however shortly, one after the other. */
final class ReplicasSeen implements Watcher<Deployment>, AutoCloseable {
  private final List<Integer> numbers = new ArrayList<>();
  private final Watch watch;

  ReplicasSeen(TestNamespace namespace, String deployment) {
    this.watch =
        namespace
            .client()
            .apps()
            .deployments()
            .inNamespace(namespace.name())
            .withName(deployment)
            .watch(this);
  }

  @Override
  public synchronized void eventReceived(Action action, Deployment deployment) {
    int number = deployment.getSpec().getReplicas();
    if (numbers.isEmpty() || numbers.getLast() != number) {
      numbers.add(number);
    }
  }

  /** What came after that is unknown, so no test may pass on it. */
  @Override
  public synchronized void onClose(WatcherException cause) {
    numbers.add(-1);
  }

  synchronized List<Integer> numbers() {
    return List.copyOf(numbers);
  }

  @Override
  public void close() {
    watch.close();
  }
}

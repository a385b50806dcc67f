// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.luminate.operator.config.OperatorConfig;

/** The lease, which notes when this operator has renewed it. */
final class TimedLease extends LeaseLock {
  private final LeaseAge age;

  TimedLease(OperatorConfig config, LeaseAge age) {
    super(config.namespace(), config.leaseName(), config.podName());
    this.age = age;
  }

  @Override
  public synchronized void create(KubernetesClient client, LeaderElectionRecord record) {
    LeaseAge.Moment asked = age.now();
    super.create(client, record);
    written(record, asked);
  }

  @Override
  public synchronized void update(KubernetesClient client, LeaderElectionRecord record) {
    LeaseAge.Moment asked = age.now();
    super.update(client, record);
    written(record, asked);
  }

  /** Who gives it away writes that nobody has it. */
  private void written(LeaderElectionRecord record, LeaseAge.Moment asked) {
    if (identity().equals(record.getHolderIdentity())) {
      age.renewed(asked);
    } else {
      age.ended();
    }
  }
}

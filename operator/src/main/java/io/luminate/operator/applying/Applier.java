// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.applying;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.luminate.crd.LuminateCluster;
import io.luminate.operator.objects.ClusterObjects;
import java.time.InstantSource;

/**
 * Has Kubernetes be as {@code ClusterObjects} says, by server-side apply. Somebody else's object is
 * never written, what others add to ours stays, and where nothing has changed nothing is sent. It
 * may work on many clusters at a time, on each by one thread.
 */
public final class Applier {
  private final Requests requests;
  private final LiveObjects watched;
  private final InstantSource clock;
  private final AppliedMemory memory = new AppliedMemory();

  /**
   * An applier that remembers nothing yet.
   *
   * @param watched all kinds of a cluster's objects, and its pods and claims; synced
   */
  public Applier(KubernetesClient kubernetes, LiveObjects watched, InstantSource clock) {
    this.requests = new Requests(kubernetes);
    this.watched = watched;
    this.clock = clock;
  }

  /**
   * One pass. A cluster that is paused is only looked at.
   *
   * @throws KubernetesClientException if the API server gives no answer at all
   */
  public AppliedObjects apply(LuminateCluster cluster, ClusterObjects wanted) {
    return new ApplyPass(cluster, wanted, requests, watched, memory, clock.instant()).run();
  }
}

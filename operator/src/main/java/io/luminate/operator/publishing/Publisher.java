// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Carries documents to servers. One for all clusters. Safe for use by many threads, of which one at
 * a time is at work on a cluster; of several operators only the one whose view is newest gets
 * anything done.
 */
public final class Publisher implements AutoCloseable {
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(2);

  /** 200 000 tenants take a busy server some seconds. */
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);

  /**
   * Somebody may have told a pod something by hand, which would else stay until the next change.
   */
  private static final Duration REMEMBERED_FOR = Duration.ofMinutes(5);

  private final LimitsConfigMap configMaps;
  private final InternalToken secrets;
  private final InstantSource clock;
  private final PodClient client;
  private final EachPod eachPod = new EachPod();
  private final ShortMemory<ContainerId, KnownPod> pods = new ShortMemory<>(REMEMBERED_FOR);
  private final ShortMemory<String, Shares> shares = new ShortMemory<>(REMEMBERED_FOR);

  public Publisher(KubernetesClient kubernetes, InstantSource clock) {
    this(kubernetes, clock, new PodClient(CONNECT_WITHIN, ANSWER_WITHIN));
  }

  Publisher(KubernetesClient kubernetes, InstantSource clock, PodClient client) {
    this.configMaps = new LimitsConfigMap(kubernetes);
    this.secrets = new InternalToken(kubernetes);
    this.clock = clock;
    this.client = client;
  }

  /**
   * One pass: makes the document, writes it if it is new, tells it to every pod that has not said
   * that it has it, and how many pods share the load. Takes as long as the slowest pod, which is
   * bounded.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if Kubernetes cannot be read or
   *     written; then nothing was told
   * @throws IllegalArgumentException if the cluster's own retention is none
   */
  public Publication publish(PublishingRequest request) {
    return new PublishingPass(
            request,
            new PublishingPass.Means(configMaps, secrets, client, eachPod, pods, shares),
            clock.instant())
        .run();
  }

  @Override
  public void close() {
    eachPod.close();
    client.close();
  }
}

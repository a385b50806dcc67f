// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.luminate.crd.LuminateCluster;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.function.Consumer;

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

  /** What a pod has said of its database counts as long as it takes to ask it again. */
  private static final Duration PROGRESS_REMEMBERED_FOR = Duration.ofSeconds(30);

  private final InstantSource clock;
  private final PodClient client = new PodClient(CONNECT_WITHIN, ANSWER_WITHIN);
  private final EachPod eachPod = new EachPod();
  private final PodQuestions questions;
  private final PublishingPass.Means means;

  /** One that waits for each pod. */
  public Publisher(KubernetesClient kubernetes, InstantSource clock) {
    this(kubernetes, clock, CONNECT_WITHIN.plus(ANSWER_WITHIN.multipliedBy(6)), _ -> {});
  }

  /**
   * One whose passes wait no longer than this for pods, twice at most; what is said to and by those
   * that take longer is for the next pass.
   *
   * @param changed told a cluster of whose pods something is known now that a pass has to know
   */
  public Publisher(
      KubernetesClient kubernetes,
      InstantSource clock,
      Duration patience,
      Consumer<LuminateCluster> changed) {
    this.clock = clock;
    this.questions = new PodQuestions(clock, changed);
    this.means =
        new PublishingPass.Means(
            new LimitsConfigMap(kubernetes),
            new InternalToken(kubernetes),
            new PodTalk.Means(
                client,
                eachPod,
                patience,
                new ShortMemory<>(REMEMBERED_FOR),
                new ShortMemory<>(PROGRESS_REMEMBERED_FOR),
                new ShortMemory<>(REMEMBERED_FOR)),
            questions,
            new ShortMemory<>(REMEMBERED_FOR),
            changed);
  }

  /**
   * One pass: makes the document, writes it if it is new, tells it to every pod that has not said
   * that it has it, and how many pods share the load. Takes as long as the slowest pod, which is
   * bounded.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if Kubernetes cannot be read, or
   *     does not answer a write or not yet take it
   * @throws IllegalArgumentException if the cluster's own retention is none
   */
  public Publication publish(PublishingRequest request) {
    return new PublishingPass(request, means, clock.instant()).run();
  }

  /** What pods of a cluster have said of themselves lately, when they were asked beside passes. */
  public PodAnswers answers(LuminateCluster cluster) {
    return questions.of(cluster);
  }

  /** To be called every second: asks pods what is due, and returns at once. */
  public void look() {
    questions.look();
  }

  /** Forgets clusters that are none of these. */
  public void keep(Collection<String> clusterUids) {
    questions.keep(clusterUids);
  }

  @Override
  public void close() {
    questions.close();
    eachPod.close();
    client.close();
  }
}

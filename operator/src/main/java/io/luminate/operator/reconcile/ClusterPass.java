// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.luminate.crd.Backend;
import io.luminate.crd.LuminateCluster;
import io.luminate.crd.LuminateClusterStatus;
import io.luminate.crd.RetentionPolicy;
import io.luminate.crd.RetentionPolicyStatus;
import io.luminate.crd.TenantQuota;
import io.luminate.crd.TenantQuotaStatus;
import io.luminate.operator.applying.AppliedObjects;
import io.luminate.operator.applying.Applier;
import io.luminate.operator.applying.NamedSecrets;
import io.luminate.operator.applying.ServedKinds;
import io.luminate.operator.management.OperatorMetrics;
import io.luminate.operator.objects.ClusterFacts;
import io.luminate.operator.objects.ClusterObjects;
import io.luminate.operator.objects.OperatorPods;
import io.luminate.operator.publishing.Outcome;
import io.luminate.operator.publishing.PodAnswers;
import io.luminate.operator.publishing.PodReport;
import io.luminate.operator.publishing.Publication;
import io.luminate.operator.publishing.Publisher;
import io.luminate.operator.publishing.PublishingRequest;
import io.luminate.operator.status.ClusterObservation;
import io.luminate.operator.status.ClusterStatus;
import io.luminate.operator.status.ClusterView;
import io.luminate.operator.status.LastPass;
import io.luminate.operator.status.MissingPods;
import io.luminate.operator.status.PolicyStatus;
import io.luminate.operator.status.QuotaStatus;
import io.luminate.operator.status.StatusWriter;
import io.luminate.operator.watch.Watches;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pass over one cluster: what there is, what there is to be, the limits document, the objects,
 * and what is said of it. The document comes before the objects, as pods start from it.
 */
final class ClusterPass {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterPass.class);

  /**
   * What passes share.
   *
   * @param serverImage of clusters that name none
   */
  record Means(
      Watches watches,
      ServedKinds served,
      NamedSecrets secrets,
      Publisher publisher,
      Applier applier,
      StatusWriter statuses,
      MissingPods missing,
      SomeAtATime someAtATime,
      OperatorMetrics metrics,
      OperatorPods operator,
      String serverImage,
      InstantSource clock) {}

  /**
   * What became of it.
   *
   * @param failure why something is to be tried again, if so; for logs
   * @param due when something has to be done although nothing changes
   */
  record Result(Optional<String> failure, Optional<Instant> due) {
    static Result failed(String why) {
      return new Result(Optional.of(why), Optional.empty());
    }

    boolean isFailed() {
      return failure.isPresent();
    }
  }

  private final LuminateCluster cluster;
  private final Means means;
  private final ClusterSurroundings around;
  private final Instant now;

  ClusterPass(LuminateCluster cluster, Means means) {
    this.cluster = cluster;
    this.means = means;
    this.around = new ClusterSurroundings(cluster, means.watches());
    this.now = means.clock().instant();
  }

  Result run() {
    try {
      NamedSecrets.Found secrets = means.secrets().of(cluster);
      ClusterObjects wanted = ClusterObjects.of(cluster, facts(secrets));
      Publication publication = publish(wanted);
      AppliedObjects applied =
          means.applier().apply(cluster, publication.isMountable() ? wanted : wanted.withoutPods());
      LastPass done = new LastPass.Done(publication);
      PodAnswers answers = means.publisher().answers(cluster);
      ClusterObservation seen =
          Observation.of(cluster, around, wanted, applied, secrets.refusals(), done, answers);
      MissingPods.Found missing = means.missing().of(seen, now);
      Statuses statuses = statuses(seen.withNotCreated(missing.why()), answers);
      boolean isSaid = say(statuses);
      return new Result(
          LeftUndone.of(wanted, secrets, applied, publication)
              .or(() -> isSaid ? Optional.empty() : Optional.of("a status is not written")),
          due(Stream.of(secrets.due(), publication.nextDue(), missing.due()), statuses));
    } catch (RuntimeException failure) {
      LOG.debug("of {}", id(), failure);
      sayFailed(message(failure));
      return Result.failed(failure.toString());
    }
  }

  private String id() {
    return cluster.getMetadata().getNamespace() + "/" + cluster.getMetadata().getName();
  }

  private static String message(RuntimeException failure) {
    return failure instanceof KubernetesClientException answer && answer.getStatus() != null
        ? String.valueOf(answer.getStatus().getMessage())
        : failure.toString();
  }

  private ClusterFacts facts(NamedSecrets.Found secrets) {
    return new ClusterFacts(
        means.serverImage(),
        means.operator(),
        means.served().served(),
        secrets.values(),
        around.liveReplicas());
  }

  private Publication publish(ClusterObjects wanted) {
    Publication publication =
        means
            .publisher()
            .publish(
                new PublishingRequest(
                    cluster,
                    around.quotas(),
                    around.policies(),
                    around.pods(),
                    around.workloads(),
                    podsWanted(wanted)));
    if (publication.outcome() instanceof Outcome.Published && publication.next().isNew()) {
      means.metrics().published();
    }
    int unreachable =
        (int)
            publication.pods().stream()
                .filter(pod -> pod.state() instanceof PodReport.State.Unreachable)
                .count();
    means.metrics().unreachable(cluster.getMetadata().getUid(), unreachable);
    return publication;
  }

  /** An autoscaler may have asked for more than the resource names. */
  private int podsWanted(ClusterObjects wanted) {
    Stream<Integer> asked =
        wanted.objects().stream()
            .flatMap(
                object ->
                    switch (object) {
                      case Deployment deployment ->
                          Stream.ofNullable(deployment.getSpec().getReplicas());
                      case StatefulSet set -> Stream.ofNullable(set.getSpec().getReplicas());
                      default -> Stream.empty();
                    });
    Stream<Integer> live =
        cluster.getSpec().autoscaling() == null ? Stream.empty() : around.liveReplicas().stream();
    return Stream.concat(asked, live).max(Integer::compare).orElse(1);
  }

  private Optional<Instant> due(Stream<Optional<Instant>> others, Statuses statuses) {
    Stream<Instant> progress =
        statuses.policies().stream()
            .flatMap(one -> PolicyStatus.lookAgain(one.status(), now).stream());
    return Stream.concat(others.flatMap(Optional::stream), progress).min(Instant::compareTo);
  }

  /** All that is to be said. */
  private record Statuses(
      LuminateClusterStatus own, List<QuotaNow> quotas, List<PolicyNow> policies) {}

  private record QuotaNow(TenantQuota quota, TenantQuotaStatus status) {}

  private record PolicyNow(RetentionPolicy policy, RetentionPolicyStatus status) {}

  private Statuses statuses(ClusterObservation seen, PodAnswers answers) {
    ClusterView view =
        new ClusterView.Present(
            seen.lastPass(), cluster.getSpec().backend() == Backend.CLICKHOUSE, answers);
    return new Statuses(
        ClusterStatus.of(seen, now),
        around.quotas().stream()
            .map(quota -> new QuotaNow(quota, QuotaStatus.of(quota, view, now)))
            .toList(),
        around.policies().stream()
            .map(policy -> new PolicyNow(policy, PolicyStatus.of(policy, view, now)))
            .toList());
  }

  /** Whether all of it is written. What is not says nothing of the pass, whose work is done. */
  private boolean say(Statuses statuses) {
    StatusWriter writer = means.statuses();
    Stream<Runnable> quotas =
        statuses.quotas().stream().map(one -> () -> writer.write(one.quota(), one.status()));
    Stream<Runnable> policies =
        statuses.policies().stream().map(one -> () -> writer.write(one.policy(), one.status()));
    boolean isOwnWritten = write(Stream.of(() -> writer.write(cluster, statuses.own())));
    return write(Stream.concat(quotas, policies)) && isOwnWritten;
  }

  private boolean write(Stream<Runnable> statuses) {
    try {
      means.someAtATime().run(statuses.toList());
      return true;
    } catch (RuntimeException failure) {
      LOG.warn("{}: a status cannot be written: {}", id(), failure.toString());
      LOG.debug("of {}", id(), failure);
      return false;
    }
  }

  /** As far as it can be said: what stopped the pass may stop this too. */
  void sayFailed(String message) {
    try {
      PodAnswers answers = means.publisher().answers(cluster);
      say(
          statuses(
              new ClusterObservation(
                  cluster,
                  Optional.empty(),
                  List.of(),
                  new LastPass.Failed(message),
                  List.of(),
                  List.of(),
                  List.of(),
                  List.of(),
                  Optional.empty(),
                  Observation.storage(cluster, answers, List.of()),
                  Optional.empty()),
              answers));
    } catch (RuntimeException failure) {
      LOG.warn("{}: its status cannot be made: {}", id(), failure.toString());
    }
  }
}

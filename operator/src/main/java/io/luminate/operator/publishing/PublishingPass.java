// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.luminate.crd.LuminateCluster;
import io.luminate.operator.applying.Refusal;
import io.luminate.operator.document.DocumentSources;
import io.luminate.operator.document.NextDocument;
import io.luminate.operator.document.PodAnswer;
import io.luminate.operator.document.PublishedDocument;
import io.luminate.operator.objects.ObjectKey;
import io.luminate.operator.objects.ObjectNames;
import io.luminate.operator.publishing.GuardedObjects.Seen;
import io.luminate.operator.publishing.InternalToken.Found;
import io.luminate.operator.publishing.PodTalk.Telling;
import io.luminate.operator.publishing.PodTalk.Told;
import io.luminate.operator.publishing.PodTalk.View;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pass over one cluster. Nobody is told a document before the ConfigMap has it, and that is
 * written only over what was read of it at the beginning: who is overtaken tells nobody anything.
 */
final class PublishingPass {
  private static final Logger LOG = LoggerFactory.getLogger(PublishingPass.class);

  /** Soon, but not at once, or a pod that always says more would keep the operator busy. */
  private static final Duration ABOVE_AFTER = Duration.ofSeconds(1);

  /** Soon enough that a tenant does not notice. */
  private static final Duration SHARE_AGAIN = Duration.ofSeconds(10);

  /** What passes share. */
  record Means(
      LimitsConfigMap configMaps,
      InternalToken secrets,
      PodTalk.Means talk,
      PodQuestions questions,
      ShortMemory<String, Shares> shares,
      Consumer<LuminateCluster> learnt) {}

  private final PublishingRequest request;
  private final LuminateCluster cluster;
  private final Means means;
  private final Instant now;
  private final List<Refusal> refusals = new ArrayList<>();

  PublishingPass(PublishingRequest request, Means means, Instant now) {
    this.request = request;
    this.cluster = request.cluster();
    this.means = means;
    this.now = now;
  }

  Publication run() {
    Found found = isPaused() ? means.secrets().read(cluster) : token();
    Seen<ConfigMap> seen = means.configMaps().read(cluster);
    List<ClusterPod> pods =
        Pods.of(cluster.getMetadata().getUid(), request.pods(), request.workloads());
    found
        .usable()
        .ifPresentOrElse(
            tokens -> means.questions().follow(cluster, pods, tokens),
            () -> means.questions().leave(cluster));
    return found
        .usable()
        .map(tokens -> withPods(found, seen, pods, talk(tokens)))
        .orElseGet(() -> withoutPods(found, seen, pods));
  }

  /** The one that there is goes on where another one may not be written. */
  private Found token() {
    try {
      return means.secrets().ensure(cluster, now);
    } catch (KubernetesClientException answer) {
      refusals.add(Refusal.lasting(secret(), answer));
      return means.secrets().read(cluster);
    }
  }

  private ObjectKey secret() {
    return new ObjectKey("v1", "Secret", ObjectNames.of(cluster).internal());
  }

  private boolean isPaused() {
    return cluster.getSpec().paused();
  }

  private PodTalk talk(Tokens tokens) {
    return new PodTalk(means.talk(), tokens, now, () -> means.learnt().accept(cluster));
  }

  /** There is nothing to call them with. */
  private Publication withoutPods(Found found, Seen<ConfigMap> seen, List<ClusterPod> pods) {
    Optional<PublishedDocument> last = LimitsConfigMap.document(seen);
    NextDocument next = next(last, List.of());
    String secret = "Secret/" + ObjectNames.of(cluster).internal();
    Outcome outcome =
        switch (found) {
          case Found.Foreign _ -> new Outcome.NameConflict(secret);
          case Found.Overtaken _ -> new Outcome.Overtaken(secret);
          case Found.Missing _, Found.Usable _ ->
              isPaused() ? new Outcome.Paused(next.isNew()) : new Outcome.Refused(secret, false);
        };
    PodReport.State state =
        found instanceof Found.Overtaken
            ? new PodReport.State.Behind()
            : new PodReport.State.Unreachable("there is no token to ask it with");
    List<PodReport> reports =
        pods.stream()
            .map(pod -> new PodReport(pod.name(), state, Optional.empty(), Optional.empty()))
            .toList();
    return new Publication(outcome, next, last, refusals, reports, next.nextDue());
  }

  private Publication withPods(
      Found found, Seen<ConfigMap> seen, List<ClusterPod> pods, PodTalk talk) {
    Optional<PublishedDocument> kept = LimitsConfigMap.document(seen);
    List<View> views = talk.views(pods, kept.isEmpty());
    Optional<PublishedDocument> last = kept.or(() -> talk.newestDocument(views));
    NextDocument next = next(last, known(views));
    Shares shares = shares(known(views), pods.size());
    Outcome outcome = write(seen, next, shares);
    boolean isPublished = outcome instanceof Outcome.Published;
    Optional<PublishedDocument> published = published(outcome, next, kept);
    Telling telling =
        new Telling(
            published.map(Announcement::new), Optional.of(shares.said()).filter(_ -> isPublished));
    List<Told> told = talk.tell(views, telling);
    if (isPublished) {
      settle(found, told);
    }
    return new Publication(
        outcome,
        next,
        published,
        refusals,
        told.stream().map(Told::report).toList(),
        nextDue(next, shares, told, isPublished));
  }

  /** What somebody else wrote meanwhile is not known. */
  private static Optional<PublishedDocument> published(
      Outcome outcome, NextDocument next, Optional<PublishedDocument> kept) {
    return switch (outcome) {
      case Outcome.Published() -> Optional.of(next.document());
      case Outcome.Paused _, Outcome.NameConflict _, Outcome.Refused _ -> kept;
      case Outcome.Overtaken _ -> Optional.empty();
    };
  }

  private static List<KnownPod> known(List<View> views) {
    return views.stream().flatMap(view -> view.known().stream()).toList();
  }

  private NextDocument next(Optional<PublishedDocument> last, List<KnownPod> known) {
    return NextDocument.of(
        new DocumentSources(
            cluster, request.quotas(), request.policies(), last, answers(last, known), now));
  }

  /**
   * What is in force anywhere. A store that follows a later document than its server, such as that
   * of an earlier cluster over the same database, would take no notice of one that is not above it.
   */
  private static List<PodAnswer> answers(Optional<PublishedDocument> last, List<KnownPod> known) {
    long ours = last.map(PublishedDocument::version).orElse(0L);
    Stream<PodAnswer> stored =
        known.stream()
            .map(KnownPod::storedVersion)
            .filter(version -> version > ours)
            .map(version -> new PodAnswer(version, ""));
    return Stream.concat(known.stream().flatMap(pod -> pod.document().stream()), stored).toList();
  }

  private Shares shares(List<KnownPod> known, int ready) {
    List<Share> answered = known.stream().flatMap(pod -> pod.share().stream()).toList();
    String uid = cluster.getMetadata().getUid();
    Shares shares =
        means
            .shares()
            .get(uid, now)
            .orElseGet(() -> Shares.first(answered, ready, now))
            .next(answered, ready, now);
    if (!isPaused()) {
      means.shares().put(uid, shares, now);
    }
    return shares;
  }

  private Outcome write(Seen<ConfigMap> seen, NextDocument next, Shares shares) {
    String object = "ConfigMap/" + ObjectNames.of(cluster).limits();
    if (seen instanceof Seen.Foreign<ConfigMap>) {
      return new Outcome.NameConflict(object);
    }
    if (isPaused()) {
      return new Outcome.Paused(next.isNew());
    }
    int replicas =
        Math.clamp(Math.max(shares.said().replicas(), request.podsWanted()), 1, Share.REPLICAS_MAX);
    try {
      if (!means.configMaps().write(cluster, seen, next.document(), replicas)) {
        return new Outcome.Overtaken(object);
      }
    } catch (KubernetesClientException answer) {
      ObjectKey key = new ObjectKey("v1", "ConfigMap", ObjectNames.of(cluster).limits());
      refusals.add(Refusal.lasting(key, answer));
      return new Outcome.Refused(object, seen.own().isPresent());
    }
    if (next.isNew()) {
      LOG.info(
          "{}/{}: limits document of version {} is published",
          cluster.getMetadata().getNamespace(),
          cluster.getMetadata().getName(),
          next.document().version());
    }
    return new Outcome.Published();
  }

  /** Without pods nobody has shown that the current token is there. */
  private void settle(Found found, List<Told> told) {
    boolean allTookCurrent = !told.isEmpty() && told.stream().allMatch(Told::tookCurrent);
    try {
      means.secrets().settle(cluster, found, now, allTookCurrent);
    } catch (KubernetesClientException answer) {
      refusals.add(Refusal.lasting(secret(), answer));
    }
  }

  private Optional<Instant> nextDue(
      NextDocument next, Shares shares, List<Told> told, boolean isPublished) {
    List<Instant> due = new ArrayList<>();
    next.nextDue().ifPresent(due::add);
    if (isPublished) {
      shares.due().ifPresent(due::add);
      PodAnswer ours = new PodAnswer(next.document().version(), next.document().sha256());
      if (told.stream().anyMatch(one -> isAhead(one, ours))) {
        due.add(now.plus(ABOVE_AFTER));
      }
      if (told.stream().anyMatch(one -> one.report().shareFault().isPresent())) {
        due.add(now.plus(SHARE_AGAIN));
      }
    }
    return due.stream().min(Instant::compareTo);
  }

  /** Learnt while it was told: another version has to go above that. */
  private static boolean isAhead(Told told, PodAnswer ours) {
    Stream<PodAnswer> documents = told.known().stream().flatMap(pod -> pod.document().stream());
    Stream<PodAnswer> stored =
        told.known().stream().map(pod -> new PodAnswer(pod.storedVersion(), ours.sha256()));
    return Stream.concat(documents, stored)
        .filter(answer -> answer.version() <= NextDocument.VERSION_FOLLOWED_MAX)
        .anyMatch(
            answer ->
                answer.version() > ours.version()
                    || (answer.version() == ours.version()
                        && !answer.sha256().equals(ours.sha256())));
  }
}

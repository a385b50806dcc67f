// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import io.luminate.operator.document.NextDocument;
import io.luminate.operator.document.PublishedDocument;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What is said to pods in one pass, and what they say. */
final class PodTalk {
  /** A pod with what it is known to go by. */
  record View(ClusterPod pod, PodReply<KnownPod> reply) {
    Optional<KnownPod> known() {
      return reply instanceof PodReply.Has<KnownPod>(KnownPod known, _)
          ? Optional.of(known)
          : Optional.empty();
    }
  }

  /**
   * What pods are to go by.
   *
   * @param published the document that counts, as far as known
   * @param share empty: they are told nothing, the document neither
   */
  record Telling(Optional<Announcement> published, Optional<Share> share) {}

  /**
   * What came of it.
   *
   * @param tookCurrent whether it let in who has the current token
   */
  record Told(PodReport report, Optional<KnownPod> known, boolean tookCurrent) {}

  private final PodClient client;
  private final Tokens tokens;
  private final ShortMemory<ContainerId, KnownPod> memory;
  private final Instant now;

  PodTalk(PodClient client, Tokens tokens, ShortMemory<ContainerId, KnownPod> memory, Instant now) {
    this.client = client;
    this.tokens = tokens;
    this.memory = memory;
    this.now = now;
  }

  /** What a pod goes by, which is asked only of one that is not known. */
  View view(ClusterPod pod) {
    Optional<KnownPod> known = memory.get(pod.container(), now);
    return known.isPresent()
        ? new View(pod, new PodReply.Has<>(known.get(), false))
        : new View(pod, asked(pod));
  }

  private PodReply<KnownPod> asked(ClusterPod pod) {
    return switch (client.state(pod, tokens)) {
      case PodReply.Has<PodState>(PodState state, boolean withCurrent) -> {
        // A store may not answer, while its server does: then the document goes before it.
        long stored =
            client.retention(pod, tokens) instanceof PodReply.Has<RetentionProgress> progress
                ? progress.value().documentVersion()
                : 0;
        KnownPod known = new KnownPod(state.document(), state.share(), stored);
        memory.put(pod.container(), known, now);
        yield new PodReply.Has<>(known, withCurrent);
      }
      case PodReply.Refused<PodState>(int status, String message) ->
          new PodReply.Refused<>(status, message);
      case PodReply.Unreachable<PodState>(String reason) -> new PodReply.Unreachable<>(reason);
    };
  }

  /**
   * The latest document that any of them has understood, for whoever has lost it; but none that
   * nobody could go above.
   */
  Optional<PublishedDocument> newestDocument(List<View> views) {
    return views.stream()
        .filter(PodTalk::isFollowed)
        .sorted(Comparator.comparing(view -> -view.known().orElseThrow().version()))
        .map(view -> client.document(view.pod(), tokens))
        .flatMap(
            reply ->
                reply instanceof PodReply.Has<PublishedDocument> has
                    ? Optional.of(has.value()).stream()
                    : Optional.<PublishedDocument>empty().stream())
        .findFirst();
  }

  private static boolean isFollowed(View view) {
    return view.known()
        .flatMap(KnownPod::document)
        .filter(answer -> answer.version() <= NextDocument.VERSION_FOLLOWED_MAX)
        .isPresent();
  }

  /** Tells a pod what it does not have, and asks how far it is. */
  Told tell(View view, Telling telling) {
    return switch (view.reply()) {
      case PodReply.Has<KnownPod>(KnownPod known, _) ->
          new Conversation(view.pod(), known).hold(telling);
      case PodReply.Refused<KnownPod>(_, String message) ->
          silent(view.pod(), new PodReport.State.Refused(message));
      case PodReply.Unreachable<KnownPod>(String reason) ->
          silent(view.pod(), new PodReport.State.Unreachable(reason));
    };
  }

  private static Told silent(ClusterPod pod, PodReport.State state) {
    PodReport report = new PodReport(pod.name(), state, Optional.empty(), Optional.empty());
    return new Told(report, Optional.empty(), false);
  }

  /** All that is said to one pod. */
  private final class Conversation {
    private final ClusterPod pod;
    private KnownPod known;
    private Optional<PodReport.State> fault = Optional.empty();
    private Optional<String> shareFault = Optional.empty();

    Conversation(ClusterPod pod, KnownPod known) {
      this.pod = pod;
      this.known = known;
    }

    Told hold(Telling telling) {
      if (telling.share().isPresent()) {
        telling.published().ifPresent(this::push);
        telling.share().filter(_ -> fault.isEmpty()).ifPresent(this::share);
      }
      Optional<PodReply.Has<RetentionProgress>> progress = progress();
      PodReport report =
          new PodReport(
              pod.name(),
              fault.orElseGet(() -> state(telling.published())),
              shareFault,
              progress.map(PodReply.Has::value));
      return new Told(
          report, Optional.of(known), progress.map(PodReply.Has::withCurrent).orElse(false));
    }

    /** It is applied once the pod says so itself, by its hash. */
    private void push(Announcement document) {
      if (known.version() > document.answer().version() || isApplied(document)) {
        return;
      }
      switch (client.push(pod, tokens, document)) {
        case PodReply.Has<Long> _ -> refresh();
        case PodReply.Refused<Long> refused when refused.isConflict() -> refresh();
        case PodReply.Refused<Long>(_, String message) ->
            fault(new PodReport.State.Refused(message));
        case PodReply.Unreachable<Long>(String reason) ->
            fault(new PodReport.State.Unreachable(reason));
      }
    }

    private void refresh() {
      switch (client.state(pod, tokens)) {
        case PodReply.Has<PodState>(PodState state, _) -> remember(known.with(state));
        case PodReply.Refused<PodState>(_, String message) ->
            fault(new PodReport.State.Refused(message));
        case PodReply.Unreachable<PodState>(String reason) ->
            fault(new PodReport.State.Unreachable(reason));
      }
    }

    /** Whether the pod has it now is not known, so it is asked in the next pass. */
    private void fault(PodReport.State state) {
      fault = Optional.of(state);
      memory.forget(pod.container());
    }

    private void share(Share share) {
      if (known.share().equals(Optional.of(share))) {
        return;
      }
      switch (client.share(pod, tokens, share)) {
        case PodReply.Has<Share>(Share counted, _) -> remember(known.with(counted));
        case PodReply.Refused<Share>(_, String message) -> shareFault(message);
        case PodReply.Unreachable<Share>(String reason) -> shareFault(reason);
      }
    }

    private void shareFault(String why) {
      shareFault = Optional.of(why);
      memory.forget(pod.container());
    }

    private void remember(KnownPod now) {
      known = now;
      memory.put(pod.container(), known, PodTalk.this.now);
    }

    private Optional<PodReply.Has<RetentionProgress>> progress() {
      if (fault.isPresent()
          || !(client.retention(pod, tokens) instanceof PodReply.Has<RetentionProgress> has)) {
        return Optional.empty();
      }
      long stored = has.value().documentVersion();
      if (stored != known.storedVersion() && shareFault.isEmpty()) {
        remember(new KnownPod(known.document(), known.share(), stored));
      }
      return Optional.of(has);
    }

    private PodReport.State state(Optional<Announcement> published) {
      if (published.map(this::isApplied).orElse(false)) {
        return new PodReport.State.Applied();
      }
      return known.version() > NextDocument.VERSION_FOLLOWED_MAX
          ? new PodReport.State.VersionTooHigh(known.version())
          : new PodReport.State.Behind();
    }

    private boolean isApplied(Announcement document) {
      return known.document().equals(Optional.of(document.answer()));
    }
  }
}

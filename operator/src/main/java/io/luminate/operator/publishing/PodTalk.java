// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import io.luminate.operator.document.NextDocument;
import io.luminate.operator.document.PublishedDocument;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What is said to pods in one pass, and what they say. */
final class PodTalk {
  /** Longer than any call. */
  private static final Duration ALL_OF_IT = Duration.ofMinutes(1);

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

  /**
   * What passes share.
   *
   * @param patience how long a pass waits for all pods; who takes longer is talked to beside it
   * @param faults what came of telling a pod last, if it did not get there: the same again, and
   *     late, is no news
   */
  record Means(
      PodClient client,
      EachPod eachPod,
      Duration patience,
      ShortMemory<ClusterPod.Readiness, KnownPod> memory,
      ShortMemory<ContainerId, RetentionProgress> progress,
      ShortMemory<ContainerId, PodReport.State> faults) {}

  private final PodClient client;
  private final EachPod eachPod;
  private final Duration patience;
  private final ShortMemory<ClusterPod.Readiness, KnownPod> memory;
  private final ShortMemory<ContainerId, RetentionProgress> progress;
  private final ShortMemory<ContainerId, PodReport.State> faults;
  private final Tokens tokens;
  private final Instant now;
  private final Runnable learnt;

  /**
   * @param learnt called when a pod that was late has said what a pass has to know
   */
  PodTalk(Means means, Tokens tokens, Instant now, Runnable learnt) {
    this.client = means.client();
    this.eachPod = means.eachPod();
    this.patience = means.patience();
    this.memory = means.memory();
    this.progress = means.progress();
    this.faults = means.faults();
    this.tokens = tokens;
    this.now = now;
    this.learnt = learnt;
  }

  /**
   * What pods go by, which is asked only of those that are not known.
   *
   * @param hasTime whether all are waited for as long as a call may take
   */
  List<View> views(List<ClusterPod> pods, boolean hasTime) {
    return eachPod.map(pods, new Viewing(), hasTime ? ALL_OF_IT : patience);
  }

  /** A pod that is known is asked nothing. */
  private final class Viewing implements EachPod.Work<ClusterPod, View> {
    @Override
    public ContainerId container(ClusterPod pod) {
      return pod.container();
    }

    @Override
    public View result(ClusterPod pod) {
      return remembered(pod).orElseGet(() -> new View(pod, asked(pod)));
    }

    @Override
    public View meanwhile(ClusterPod pod) {
      return remembered(pod).orElseGet(() -> new View(pod, new PodReply.Unreachable<>(silence())));
    }

    private Optional<View> remembered(ClusterPod pod) {
      return memory
          .get(pod.readiness(), now)
          .map(known -> new View(pod, new PodReply.Has<>(known, false)));
    }

    @Override
    public void late(View meanwhile, View result) {
      if (!(result.reply() instanceof PodReply.Unreachable<KnownPod>)) {
        learnt.run();
      }
    }
  }

  private String silence() {
    return "no answer within " + patience.toMillis() / 1000.0 + " s";
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
        memory.put(pod.readiness(), known, now);
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

  /** Tells pods what they do not have, and asks how far they are. */
  List<Told> tell(List<View> views, Telling telling) {
    return eachPod.map(views, new Talking(telling), patience);
  }

  private final class Talking implements EachPod.Work<View, Told> {
    private final Telling telling;

    Talking(Telling telling) {
      this.telling = telling;
    }

    @Override
    public ContainerId container(View view) {
      return view.pod().container();
    }

    @Override
    public Told result(View view) {
      return tell(view, telling);
    }

    @Override
    public Told meanwhile(View view) {
      return view.known()
          .map(known -> new Conversation(view.pod(), known).unfinished(telling))
          .orElseGet(() -> tell(view, telling));
    }

    /** That nobody answers is no news where nobody has answered before. */
    @Override
    public void late(Told meanwhile, Told result) {
      boolean isSilence =
          meanwhile.report().state() instanceof PodReport.State.Unreachable
              && result.report().state() instanceof PodReport.State.Unreachable;
      if (!isSilence && !result.report().equals(meanwhile.report())) {
        learnt.run();
      }
    }
  }

  private Told tell(View view, Telling telling) {
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
      if (fault.isEmpty()) {
        faults.forget(pod.container());
      }
      boolean tookCurrent = askProgress();
      return told(telling, tookCurrent);
    }

    /** What is known before it is held. */
    Told unfinished(Telling telling) {
      if (!telling.published().map(this::isApplied).orElse(true)) {
        fault = faults.get(pod.container(), now);
      }
      telling
          .share()
          .filter(share -> !known.share().equals(Optional.of(share)))
          .ifPresent(_ -> shareFault = Optional.of("it is being told"));
      return told(telling, false);
    }

    private Told told(Telling telling, boolean tookCurrent) {
      PodReport report =
          new PodReport(
              pod.name(),
              fault.orElseGet(() -> state(telling.published())),
              shareFault,
              fault.isPresent() ? Optional.empty() : progress.get(pod.container(), now));
      return new Told(report, Optional.of(known), tookCurrent);
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
      faults.put(pod.container(), state, now);
      memory.forget(pod.readiness());
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
      memory.forget(pod.readiness());
    }

    private void remember(KnownPod said) {
      known = said;
      memory.put(pod.readiness(), known, now);
    }

    /** What it said last counts while it is being asked, and no longer. */
    private boolean askProgress() {
      if (fault.isPresent()
          || !(client.retention(pod, tokens) instanceof PodReply.Has<RetentionProgress> has)) {
        progress.forget(pod.container());
        return false;
      }
      progress.put(pod.container(), has.value(), now);
      long stored = has.value().documentVersion();
      if (stored != known.storedVersion() && shareFault.isEmpty()) {
        remember(new KnownPod(known.document(), known.share(), stored));
      }
      return has.withCurrent();
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

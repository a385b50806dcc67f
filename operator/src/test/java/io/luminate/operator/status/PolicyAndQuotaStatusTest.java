// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import static io.luminate.operator.status.Observed.NOW;
import static io.luminate.operator.status.Observed.applied;
import static io.luminate.operator.status.Observed.document;
import static io.luminate.operator.status.Observed.pass;
import static io.luminate.operator.status.Observed.policy;
import static io.luminate.operator.status.Observed.quota;
import static io.luminate.operator.status.Observed.report;
import static io.luminate.operator.status.Observed.said;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.crd.RetentionPolicy;
import io.luminate.crd.RetentionPolicyStatus;
import io.luminate.crd.StatusCondition;
import io.luminate.crd.TenantQuota;
import io.luminate.crd.TenantQuotaStatus;
import io.luminate.operator.document.NextDocument;
import io.luminate.operator.document.Verdict;
import io.luminate.operator.publishing.NearLimit;
import io.luminate.operator.publishing.Outcome;
import io.luminate.operator.publishing.PodAnswers;
import io.luminate.operator.publishing.PodReport;
import io.luminate.operator.publishing.PodReport.State;
import io.luminate.operator.publishing.RetentionProgress;
import io.luminate.operator.publishing.RetentionProgress.Ttl;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PolicyAndQuotaStatusTest {
  private static final RetentionPolicy POLICY = policy("api", "api_*");
  private static final TenantQuota QUOTA = quota("acme", "acme");

  @Test
  void clusterThatDoesNotExist_isNotFound() {
    ClusterView missing = new ClusterView.Missing("main");
    assertThat(line(PolicyStatus.of(POLICY, missing, NOW)))
        .isEqualTo("False/ClusterNotFound False/ClusterNotFound False/ClusterNotFound");
    assertThat(line(QuotaStatus.of(QUOTA, missing, NOW)))
        .isEqualTo("False/ClusterNotFound False/ClusterNotFound False/ClusterNotFound");
    assertThat(QuotaStatus.of(QUOTA, missing, NOW).podsTotal()).isNull();
  }

  @Test
  void everyPodHasConfirmed_isApplied() {
    TenantQuotaStatus status = QuotaStatus.of(QUOTA, published(applied("a"), applied("b")), NOW);
    assertThat(line(status)).isEqualTo("True/Accepted True/Applied True/Applied");
    assertThat(status.podsApplied()).isEqualTo(2);
    assertThat(status.podsTotal()).isEqualTo(2);
    assertThat(status.version()).isEqualTo(1);
    assertThat(status.observedGeneration()).isEqualTo(2);
    assertThat(line(PolicyStatus.of(POLICY, published(applied("a")), NOW)))
        .isEqualTo("True/Accepted True/Applied True/Applied");
  }

  @Test
  void onePodThatHasNotConfirmed_isNotApplied() {
    Map<State, String> reasons =
        Map.of(
            new State.Behind(), "False/PodsBehind",
            new State.Refused("401"), "False/PodsRefused",
            new State.VersionTooHigh(9), "False/VersionTooHigh",
            new State.Unreachable("timeout"), "Unknown/PodsUnreachable");
    reasons.forEach(
        (state, reason) -> {
          ClusterView cluster = published(applied("a"), report("b", state));
          TenantQuotaStatus status = QuotaStatus.of(QUOTA, cluster, NOW);
          assertThat(line(status)).isEqualTo("True/Accepted " + reason + " " + reason);
          assertThat(status.podsApplied()).isEqualTo(1);
          assertThat(line(PolicyStatus.of(POLICY, cluster, NOW)))
              .isEqualTo("True/Accepted " + reason + " " + reason);
        });
  }

  @Test
  void noPod_provesNothing() {
    assertThat(line(QuotaStatus.of(QUOTA, published(), NOW)))
        .isEqualTo("True/Accepted Unknown/NoPods Unknown/NoPods");
  }

  @Test
  void whatIsNotPublished_isNotApplied() {
    Map<Outcome, String> reasons =
        Map.of(
            new Outcome.Paused(true), "False/Paused",
            new Outcome.NameConflict("ConfigMap/main-limits"), "False/NameConflict",
            new Outcome.Refused("ConfigMap/main-limits", true), "False/ObjectRefused",
            new Outcome.Overtaken("ConfigMap/main-limits"), "Unknown/Overtaken");
    reasons.forEach(
        (outcome, reason) -> {
          NextDocument next = document(List.of(QUOTA), List.of());
          ClusterView cluster =
              new ClusterView.Present(pass(outcome, next, applied("a")), true, PodAnswers.NONE);
          TenantQuotaStatus status = QuotaStatus.of(QUOTA, cluster, NOW);
          assertThat(line(status)).isEqualTo("True/Accepted " + reason + " " + reason);
          assertThat(status.version()).isNull();
          assertThat(Observed.condition(status.conditions(), "Accepted").message())
              .contains("not published");
        });
    assertThat(
            Observed.condition(
                    QuotaStatus.of(QUOTA, published(applied("a")), NOW).conditions(), "Accepted")
                .message())
        .isEqualTo("The limits document has it.");
  }

  @Test
  void podThatIsBehindWhilePaused_isToldNothing() {
    PodReport behind = report("a", new State.Behind());
    assertThat(inSync(new Outcome.Paused(false), behind))
        .isEqualTo("These pods go by another, and are told nothing while it is paused: a");
    assertThat(inSync(new Outcome.Published(), behind))
        .isEqualTo("These pods are told it again: a");
  }

  private static String inSync(Outcome outcome, PodReport pod) {
    NextDocument next = document(List.of(QUOTA), List.of());
    ClusterView cluster = new ClusterView.Present(pass(outcome, next, pod), false, PodAnswers.NONE);
    return Observed.condition(QuotaStatus.of(QUOTA, cluster, NOW).conditions(), "Applied")
        .message();
  }

  @Test
  void passThatFailed_makesAllUnknownAndMovesTheGeneration() {
    ClusterView failed =
        new ClusterView.Present(new LastPass.Failed("etcd is away"), false, PodAnswers.NONE);
    TenantQuotaStatus status = QuotaStatus.of(QUOTA, failed, NOW);
    assertThat(line(status)).isEqualTo("Unknown/PassFailed Unknown/PassFailed Unknown/PassFailed");
    assertThat(status.observedGeneration()).isEqualTo(2);
  }

  @Test
  void resourceThatThePassHasNotSeen_isPending() {
    assertThat(line(QuotaStatus.of(quota("new", "new"), published(applied("a")), NOW)))
        .isEqualTo("Unknown/Pending Unknown/Pending Unknown/Pending");
  }

  @Test
  void verdict_isTheReasonWhyNot() {
    Map<Verdict, String> reasons =
        Map.of(
            new Verdict.Conflicted("other"), "Conflicted",
            new Verdict.TooManyPolicies(256), "TooManyPolicies",
            new Verdict.DocumentFull(9), "DocumentFull",
            new Verdict.Invalid("retention is none"), "Invalid");
    reasons.forEach(
        (verdict, reason) -> {
          String all = "False/%s False/%s False/%s".formatted(reason, reason, reason);
          assertThat(line(PolicyStatus.of(POLICY, decided(verdict), NOW))).isEqualTo(all);
          assertThat(line(QuotaStatus.of(QUOTA, decided(verdict), NOW))).isEqualTo(all);
        });
  }

  @Test
  void policyThatNeverCounts_isSuperseded() {
    RetentionPolicyStatus status =
        PolicyStatus.of(POLICY, decided(new Verdict.Superseded("first")), NOW);
    assertThat(line(status)).isEqualTo("True/Superseded True/Applied True/Superseded");
    assertThat(status.supersededBy()).isEqualTo("first");
  }

  @Test
  void clickHouse_hasToHaveChangedWhatItStored() {
    assertThat(
            clickHouse(new RetentionProgress(1, Optional.of(new Ttl(true, 0, Optional.empty())))))
        .isEqualTo("True/Accepted True/Applied True/Applied");
    assertThat(
            clickHouse(new RetentionProgress(1, Optional.of(new Ttl(false, 5, Optional.empty())))))
        .isEqualTo("True/Accepted False/MutationRunning False/MutationRunning");
    assertThat(
            clickHouse(new RetentionProgress(1, Optional.of(new Ttl(false, 5, Optional.of("no"))))))
        .isEqualTo("True/Accepted False/MutationFailed False/MutationFailed");
    assertThat(
            clickHouse(new RetentionProgress(0, Optional.of(new Ttl(true, 0, Optional.empty())))))
        .isEqualTo("True/Accepted False/RetentionBehind False/RetentionBehind");
    assertThat(clickHouse(new RetentionProgress(1, Optional.empty())))
        .isEqualTo("True/Accepted Unknown/RetentionUnknown Unknown/RetentionUnknown");
  }

  @Test
  void store_isLookedAtAgain_whereNoPodIsToBlame_soonAtFirst() {
    RetentionProgress running =
        new RetentionProgress(1, Optional.of(new Ttl(false, 5, Optional.empty())));
    RetentionProgress done =
        new RetentionProgress(1, Optional.of(new Ttl(true, 0, Optional.empty())));
    RetentionPolicyStatus behind = overClickHouse(applied("a", running));
    assertThat(PolicyStatus.lookAgain(behind, NOW)).contains(NOW.plusSeconds(1));
    Instant later = NOW.plusSeconds(20);
    assertThat(PolicyStatus.lookAgain(behind, later)).contains(later.plusSeconds(5));
    assertThat(PolicyStatus.lookAgain(overClickHouse(applied("a")), NOW)).isPresent();
    assertThat(PolicyStatus.lookAgain(overClickHouse(applied("a", done)), NOW)).isEmpty();
    PodReport silent = report("a", new State.Unreachable("timeout"));
    assertThat(PolicyStatus.lookAgain(overClickHouse(silent), NOW)).isEmpty();
  }

  @Test
  void partsToDo_areThoseOfTheDatabase() {
    Ttl ttl = new Ttl(false, 5, Optional.empty());
    RetentionProgress progress = new RetentionProgress(1, Optional.of(ttl));
    LastPass pass =
        pass(
            new Outcome.Published(),
            document(List.of(), List.of(POLICY)),
            applied("a", progress),
            applied(
                "b", new RetentionProgress(0, Optional.of(new Ttl(true, 0, Optional.empty())))));
    RetentionPolicyStatus status =
        PolicyStatus.of(POLICY, new ClusterView.Present(pass, true, PodAnswers.NONE), NOW);
    assertThat(status.partsToDo()).isEqualTo(5);
  }

  @Test
  void podsOfOneVersion_countByTheWorst() {
    PodReport done = applied("a", progress(1, new Ttl(true, 0, Optional.empty())));
    PodReport running = applied("b", progress(1, new Ttl(false, 5, Optional.empty())));
    PodReport failed = applied("c", progress(1, new Ttl(false, 2, Optional.of("no"))));
    PodReport silent = applied("0", new RetentionProgress(1, Optional.empty()));
    assertThat(line(overClickHouse(done, running)))
        .isEqualTo("True/Accepted False/MutationRunning False/MutationRunning");
    assertThat(line(overClickHouse(done, running, failed)))
        .isEqualTo("True/Accepted False/MutationFailed False/MutationFailed");
    assertThat(overClickHouse(done, running, failed).partsToDo()).isEqualTo(5);
    assertThat(line(overClickHouse(silent, done)))
        .isEqualTo("True/Accepted True/Applied True/Applied");
  }

  @Test
  void version_staysTheFirstThatHasIt() {
    TenantQuota quota = quota("acme", "acme");
    TenantQuotaStatus first = QuotaStatus.of(quota, published(applied("a")), NOW);
    quota.setStatus(
        new TenantQuotaStatus(
            first.observedGeneration(), 0L, first.podsApplied(), 1, first.conditions()));
    assertThat(QuotaStatus.of(quota, published(applied("a")), NOW).version()).isZero();
    quota.getMetadata().setGeneration(3L);
    assertThat(QuotaStatus.of(quota, published(applied("a")), NOW).version()).isEqualTo(1);
  }

  @Test
  void version_beginsAnewWithAnotherVerdict() {
    RetentionPolicy policy = policy("api", "api_*");
    policy.setStatus(ofVersion(0, PolicyStatus.of(policy, published(applied("a")), NOW)));
    RetentionProgress done = progress(0, new Ttl(true, 0, Optional.empty()));
    assertThat(line(overClickHouse(policy, applied("a", done))))
        .isEqualTo("True/Accepted True/Applied True/Applied");

    policy.setStatus(
        ofVersion(0, PolicyStatus.of(policy, decided(new Verdict.Superseded("first")), NOW)));
    RetentionPolicyStatus countsAgain = overClickHouse(policy, applied("a", done));
    assertThat(countsAgain.version()).isEqualTo(1);
    assertThat(line(countsAgain))
        .isEqualTo("True/Accepted False/RetentionBehind False/RetentionBehind");
  }

  private static RetentionPolicyStatus ofVersion(long version, RetentionPolicyStatus status) {
    return new RetentionPolicyStatus(
        status.observedGeneration(),
        version,
        status.supersededBy(),
        status.partsToDo(),
        status.conditions());
  }

  private static RetentionProgress progress(long version, Ttl ttl) {
    return new RetentionProgress(version, Optional.of(ttl));
  }

  @Test
  void nearLimit_isWhatAnyPodSays() {
    NearLimit series = new NearLimit("maxUniqueSeriesPerMetric", "requests");
    assertThat(nearLimit(answers(Map.of("acme", limits(series)), true)))
        .isEqualTo(
            "True/NearLimit The tenant is near maxUniqueSeriesPerMetric of metric requests.");
    NearLimit metrics = new NearLimit("maxMetricsPerTenant", "");
    assertThat(nearLimit(answers(Map.of("acme", limits(series, metrics)), false)))
        .isEqualTo(
            "True/NearLimit The tenant is near maxMetricsPerTenant;"
                + " maxUniqueSeriesPerMetric of metric requests.");
    assertThat(nearLimit(answers(Map.of("other", limits(series)), true)))
        .isEqualTo("False/FarFromLimits The tenant is near none of its limits.");
    assertThat(nearLimit(answers(Map.of("other", limits(series)), false)))
        .isEqualTo("Unknown/NotMeasured No pod has said what the tenant uses.");
    assertThat(nearLimit(PodAnswers.NONE)).startsWith("Unknown/NotMeasured");
  }

  @Test
  void nearLimit_ofMany_doesNotCountThem() {
    NearLimit[] many =
        Stream.of("a", "b", "c", "d", "e")
            .map(metric -> new NearLimit("maxUniqueSeriesPerMetric", metric))
            .toArray(NearLimit[]::new);
    String some = nearLimit(answers(Map.of("acme", limits(many)), true));
    assertThat(some).endsWith("of metric c; and others.");
    NearLimit[] fewer = Arrays.copyOf(many, 4);
    assertThat(nearLimit(answers(Map.of("acme", limits(fewer)), true))).isEqualTo(some);
  }

  @Test
  void nearLimit_staysUntilPodsHadTimeToAnswer() {
    TenantQuota quota = quota("acme", "acme");
    NearLimit series = new NearLimit("maxUniqueSeriesPerMetric", "requests");
    quota.setStatus(
        QuotaStatus.of(quota, saying(answers(Map.of("acme", limits(series)), true)), NOW));
    PodAnswers early = new PodAnswers(Map.of(), Map.of(), false, true);
    assertThat(QuotaStatus.of(quota, saying(early), Observed.LATER)).isEqualTo(quota.getStatus());
    assertThat(said(QuotaStatus.of(quota, saying(PodAnswers.NONE), NOW).conditions(), "NearLimit"))
        .isEqualTo("Unknown/NotMeasured");
  }

  private static NavigableSet<NearLimit> limits(NearLimit... all) {
    return new TreeSet<>(List.of(all));
  }

  private static PodAnswers answers(Map<String, NavigableSet<NearLimit>> near, boolean isUseKnown) {
    return new PodAnswers(Map.of(), near, isUseKnown, false);
  }

  private static String nearLimit(PodAnswers answers) {
    List<StatusCondition> all = QuotaStatus.of(QUOTA, saying(answers), NOW).conditions();
    return said(all, "NearLimit") + " " + Observed.condition(all, "NearLimit").message();
  }

  private static ClusterView saying(PodAnswers answers) {
    NextDocument next = document(List.of(QUOTA), List.of(POLICY));
    return new ClusterView.Present(
        pass(new Outcome.Published(), next, applied("a")), false, answers);
  }

  private static String clickHouse(RetentionProgress progress) {
    return line(overClickHouse(applied("a", progress)));
  }

  private static RetentionPolicyStatus overClickHouse(PodReport... pods) {
    return overClickHouse(POLICY, pods);
  }

  private static RetentionPolicyStatus overClickHouse(RetentionPolicy policy, PodReport... pods) {
    LastPass pass = pass(new Outcome.Published(), document(List.of(), List.of(policy)), pods);
    return PolicyStatus.of(policy, new ClusterView.Present(pass, true, PodAnswers.NONE), NOW);
  }

  private static ClusterView published(PodReport... pods) {
    NextDocument next = document(List.of(QUOTA), List.of(POLICY));
    return new ClusterView.Present(
        pass(new Outcome.Published(), next, pods), false, PodAnswers.NONE);
  }

  private static ClusterView decided(Verdict verdict) {
    NextDocument made = document(List.of(QUOTA), List.of(POLICY));
    NextDocument next =
        new NextDocument(
            made.document(),
            true,
            Map.of("acme", verdict),
            Map.of("api", verdict),
            Optional.empty());
    return new ClusterView.Present(
        pass(new Outcome.Published(), next, applied("a")), false, PodAnswers.NONE);
  }

  private static String line(RetentionPolicyStatus status) {
    return String.join(
        " ",
        said(status.conditions(), "Accepted"),
        said(status.conditions(), "Applied"),
        said(status.conditions(), "Ready"));
  }

  private static String line(TenantQuotaStatus status) {
    return String.join(
        " ",
        said(status.conditions(), "Accepted"),
        said(status.conditions(), "Applied"),
        said(status.conditions(), "Ready"));
  }
}

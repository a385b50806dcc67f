// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.document;

import static io.luminate.operator.document.Resources.cluster;
import static io.luminate.operator.document.Resources.policy;
import static io.luminate.operator.document.Resources.quota;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.crd.LuminateCluster;
import io.luminate.crd.RetentionPolicy;
import io.luminate.crd.TenantQuota;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class NextDocumentTest {
  private static final Instant NOW = Instant.parse("2026-03-11T12:00:00Z");
  private static final Duration GRACE = Duration.ofHours(24);
  private static final Instant END = NOW.plus(GRACE);

  /** As if it were published long ago, so that nothing is held any more. */
  private static PublishedDocument settled(LuminateCluster cluster, RetentionPolicy... policies) {
    Instant then = NOW.minus(Duration.ofDays(90));
    PublishedDocument first = next(cluster, Optional.empty(), then, policies).document();
    return next(cluster, Optional.of(first), NOW.minus(GRACE), policies).document();
  }

  private static NextDocument next(
      LuminateCluster cluster,
      Optional<PublishedDocument> last,
      Instant now,
      RetentionPolicy... policies) {
    return NextDocument.of(
        new DocumentSources(cluster, List.of(), List.of(policies), last, List.of(), now));
  }

  private static NextDocument next(
      String retention, PublishedDocument last, Instant now, RetentionPolicy... policies) {
    return next(cluster(retention, "24h"), Optional.of(last), now, policies);
  }

  private static NextDocument quotas(Optional<PublishedDocument> last, TenantQuota... quotas) {
    return NextDocument.of(
        new DocumentSources(
            cluster("30d", "24h"), List.of(quotas), List.of(), last, List.of(), NOW));
  }

  private static List<RetentionHold> held(NextDocument next) {
    return next.document().retention().orElseThrow().held();
  }

  private static RetentionHold hold(String pattern, int days, Instant until) {
    return new RetentionHold(
        new RetentionScope(Optional.empty(), pattern), Duration.ofDays(days), until);
  }

  @Test
  void document_all_isThisText() {
    NextDocument next =
        NextDocument.of(
            new DocumentSources(
                cluster("720h", "24h", "{\"rateLimits\": {\"metricsPerSecond\": 5}}"),
                List.of(
                    quota("b", 0, "zeta", ""),
                    quota("a", 0, "acme", ", \"cardinalityLimits\": {\"overflow\": \"fold\"}")),
                List.of(policy("x", "acme", "api_*", "2w"), policy("y", null, "api_*", "25h")),
                Optional.of(settled(cluster("60d", "24h"))),
                List.of(),
                NOW));
    assertThat(next.document().text())
        .isEqualTo(
            """
            {"version":3,"defaults":{"rateLimits":{"metricsPerSecond":5}},\
            "tenants":{"acme":{"cardinalityLimits":{"overflow":"fold"}},"zeta":{}},\
            "retention":{"default":"30d","policies":[\
            {"name":"x","tenant":"acme","metricPattern":"api_*","retention":"14d"},\
            {"name":"y","metricPattern":"api_*","retention":"25h"}],\
            "held":[{"metricPattern":"*","retention":"60d","bytesUntil":"2026-03-12T12:00:00Z"}]}}""");
  }

  @Test
  void held_nothingKnownOfBefore_isEverything() {
    NextDocument first = next(cluster("30d", "24h"), Optional.empty(), NOW);
    assertThat(held(first)).containsExactly(hold("*", 36_500, END));
    assertThat(first.nextDue()).contains(END);
    assertThat(first.document().version()).isEqualTo(1);
    assertThat(held(next(cluster("30d", "0s"), Optional.empty(), NOW))).isEmpty();
    PublishedDocument silent =
        PublishedDocument.read("{\"version\": 4}".getBytes(StandardCharsets.UTF_8));
    assertThat(held(next("30d", silent, NOW))).containsExactly(hold("*", 36_500, END));
  }

  @Test
  void held_shorterDefault_untilTheGraceIsOverAndNotAfter() {
    NextDocument shorter = next("7d", settled(cluster("30d", "24h")), NOW);
    assertThat(held(shorter)).containsExactly(hold("*", 30, END));
    assertThat(shorter.nextDue()).contains(END);
    NextDocument before = next("7d", shorter.document(), END.minusMillis(1));
    assertThat(before.isNew()).isFalse();
    assertThat(before.document()).isSameAs(shorter.document());
    assertThat(before.nextDue()).contains(END);
    NextDocument after = next("7d", shorter.document(), END);
    assertThat(held(after)).isEmpty();
    assertThat(after.isNew()).isTrue();
    assertThat(after.document().version()).isEqualTo(shorter.document().version() + 1);
    assertThat(after.nextDue()).isEmpty();
  }

  @Test
  void held_restart_neitherExtendsNorShortens() {
    PublishedDocument shorter = next("7d", settled(cluster("30d", "24h")), NOW).document();
    PublishedDocument read = PublishedDocument.read(shorter.gzip());
    NextDocument again = next("7d", read, NOW.plus(Duration.ofHours(5)));
    assertThat(again.isNew()).isFalse();
    assertThat(again.document().text()).isEqualTo(shorter.text());
  }

  @Test
  void held_anotherGrace_countsForWhatComesAfter() {
    PublishedDocument shorter = next("7d", settled(cluster("30d", "24h")), NOW).document();
    NextDocument next =
        next(cluster("3d", "1h"), Optional.of(shorter), NOW.plus(Duration.ofHours(2)));
    assertThat(held(next)).containsExactly(hold("*", 30, END));
    NextDocument late =
        next(cluster("3d", "1h"), Optional.of(shorter), END.minus(Duration.ofMinutes(1)));
    assertThat(held(late))
        .containsExactly(hold("*", 7, END.plus(Duration.ofMinutes(59))), hold("*", 30, END));
  }

  @Test
  void held_lengthenedAgain_isDroppedAndBeginsAnewNextTime() {
    PublishedDocument shorter = next("7d", settled(cluster("30d", "24h")), NOW).document();
    Instant soon = NOW.plusSeconds(60);
    assertThat(held(next("29d", shorter, soon))).containsExactly(hold("*", 30, END));
    NextDocument longer = next("30d", shorter, soon);
    assertThat(held(longer)).isEmpty();
    NextDocument again = next("7d", longer.document(), soon.plusSeconds(60));
    assertThat(held(again)).containsExactly(hold("*", 30, END.plusSeconds(120)));
  }

  @Test
  void held_policyDeleted_holdsItsMetricsAlone() {
    RetentionPolicy audit = policy("audit", "acme", "audit_*", "365d");
    NextDocument next = next("30d", settled(cluster("30d", "24h"), audit), NOW);
    RetentionScope scope = new RetentionScope(Optional.of("acme"), "audit_*");
    assertThat(held(next)).containsExactly(new RetentionHold(scope, Duration.ofDays(365), END));
  }

  @Test
  void held_shortPolicyDeleted_isNothing() {
    RetentionPolicy debug = policy("debug", null, "debug_*", "3d");
    assertThat(held(next("30d", settled(cluster("30d", "24h"), debug), NOW))).isEmpty();
  }

  @Test
  void held_newPolicyBeforeALongerOne_holdsTheNewOnesMetrics() {
    RetentionPolicy wide = policy("wide", null, "api_*", "90d");
    RetentionPolicy exact = policy("exact", null, "api_x", "3d");
    NextDocument next = next("7d", settled(cluster("7d", "24h"), wide), NOW, wide, exact);
    assertThat(held(next)).containsExactly(hold("api_x", 90, END));
    RetentionPolicy own = policy("own", "acme", "*", "3d");
    RetentionScope both = new RetentionScope(Optional.of("acme"), "api_*");
    NextDocument tenants = next("7d", settled(cluster("7d", "24h"), wide), NOW, wide, own);
    assertThat(held(tenants))
        .containsExactly(
            new RetentionHold(
                new RetentionScope(Optional.of("acme"), "*"), Duration.ofDays(7), END),
            new RetentionHold(both, Duration.ofDays(90), END));
  }

  @Test
  void held_policyForEverythingDeleted_isNotTakenForTheDefault() {
    RetentionPolicy all = policy("all", null, "*", "4d");
    RetentionPolicy next = policy("next", null, "**", "3d");
    PublishedDocument last = settled(cluster("5d", "24h"), all, next);
    assertThat(held(next("5d", last, NOW, next))).containsExactly(hold("*", 4, END));
  }

  @Test
  void held_policyReplacedByOneOfAnotherName_isNothing() {
    PublishedDocument last = settled(cluster("7d", "24h"), policy("a", null, "api_*", "90d"));
    assertThat(held(next("7d", last, NOW, policy("b", null, "api_*", "90d")))).isEmpty();
  }

  @Test
  void held_oddInstant_isRoundedUpToAMillisecond() {
    NextDocument next = next("7d", settled(cluster("30d", "24h")), NOW.plusNanos(1));
    assertThat(held(next)).containsExactly(hold("*", 30, END.plusMillis(1)));
    assertThat(next("7d", next.document(), END).isNew()).isFalse();
  }

  @Test
  void held_moreThanServersTake_becomesOneOfItsTenant() {
    List<RetentionHold> holds =
        IntStream.range(0, FewerHolds.HELD_MAX + 1)
            .mapToObj(
                i ->
                    new RetentionHold(
                        new RetentionScope(Optional.of("t" + i % 3), "m" + i),
                        Duration.ofDays(1 + i % 7),
                        NOW.plusSeconds(i)))
            .toList();
    List<RetentionHold> fewer = FewerHolds.of(holds);
    assertThat(fewer).hasSizeLessThanOrEqualTo(FewerHolds.HELD_MAX);
    assertThat(holds).allMatch(hold -> fewer.stream().anyMatch(kept -> kept.covers(hold)));
    assertThat(FewerHolds.of(holds.subList(1, holds.size()))).hasSize(FewerHolds.HELD_MAX);
    assertThat(FewerHolds.of(fewer)).isEqualTo(fewer);
  }

  @Test
  void version_pods_areFollowedAndOvertaken() {
    PublishedDocument last = settled(cluster("30d", "24h"));
    assertThat(answered(last, new PodAnswer(1, "")).isNew()).isFalse();
    assertThat(answered(last, new PodAnswer(2, last.sha256())).isNew()).isFalse();
    NextDocument other = answered(last, new PodAnswer(2, "of another text"));
    assertThat(other.document().version()).isEqualTo(3);
    NextDocument later = answered(last, new PodAnswer(9, ""), new PodAnswer(3, ""));
    assertThat(later.document().version()).isEqualTo(10);
    assertThat(later.isNew()).isTrue();
  }

  @Test
  void version_highestThatIsFollowed_leavesAsManyAgain() {
    PublishedDocument last = settled(cluster("30d", "24h"));
    PodAnswer jump = new PodAnswer(NextDocument.VERSION_FOLLOWED_MAX, "");
    PublishedDocument above = answered(last, jump).document();
    assertThat(above.version()).isEqualTo(NextDocument.VERSION_FOLLOWED_MAX + 1);
    NextDocument changed = next("7d", above, NOW);
    assertThat(changed.document().version()).isEqualTo(above.version() + 1);
  }

  @Test
  void version_oneThatNobodyCanGoAbove_stopsNoOther() {
    PublishedDocument last = settled(cluster("30d", "24h"));
    for (long stuck :
        List.of(NextDocument.VERSION_FOLLOWED_MAX + 1, NextDocument.VERSION_MAX, Long.MAX_VALUE)) {
      PodAnswer answer = new PodAnswer(stuck, "");
      assertThat(answered(last, answer).document()).as("%d", stuck).isSameAs(last);
      NextDocument above = answered(last, answer, new PodAnswer(9, ""));
      assertThat(above.document().version()).as("%d", stuck).isEqualTo(10);
    }
  }

  @Test
  void version_lastThatThereIs_beginsAnew() {
    String said = settled(cluster("30d", "24h")).text();
    for (long version : List.of(NextDocument.VERSION_MAX, Long.MAX_VALUE)) {
      String edited = said.replaceFirst("\"version\":[0-9]+", "\"version\":" + version);
      PublishedDocument last = PublishedDocument.read(edited.getBytes(StandardCharsets.UTF_8));
      assertThat(next("7d", last, NOW).document().version()).isEqualTo(1);
      assertThat(next("30d", last, NOW).isNew()).isEqualTo(version > NextDocument.VERSION_MAX);
    }
  }

  private static NextDocument answered(PublishedDocument last, PodAnswer... answers) {
    return NextDocument.of(
        new DocumentSources(
            cluster("30d", "24h"), List.of(), List.of(), Optional.of(last), List.of(answers), NOW));
  }

  @Test
  void document_sameInAnotherSpelling_isTheLastOne() {
    PublishedDocument last = settled(cluster("7d", "24h"));
    String spaced = last.text().replace(",", " ,\n ");
    PublishedDocument written = PublishedDocument.read(spaced.getBytes(StandardCharsets.UTF_8));
    NextDocument next = next("1w", written, NOW);
    assertThat(next.isNew()).isFalse();
    assertThat(next.document()).isSameAs(written);
  }

  @Test
  void document_anyOrderOfResources_isTheSame() {
    List<TenantQuota> quotas = new ArrayList<>();
    List<RetentionPolicy> policies = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      quotas.add(quota("q" + i, i % 7, "t" + i % 200, ""));
      policies.add(policy("p" + i, i % 7, i % 2 == 0 ? null : "t", "m" + i % 9 + "*", "5d"));
    }
    NextDocument first = all(quotas, policies);
    Random random = new Random(1);
    for (int i = 0; i < 5; i++) {
      Collections.shuffle(quotas, random);
      Collections.shuffle(policies, random);
      NextDocument shuffled = all(quotas, policies);
      assertThat(shuffled.document().text()).isEqualTo(first.document().text());
      assertThat(shuffled.quotas()).isEqualTo(first.quotas());
      assertThat(shuffled.policies()).isEqualTo(first.policies());
    }
  }

  private static NextDocument all(List<TenantQuota> quotas, List<RetentionPolicy> policies) {
    return NextDocument.of(
        new DocumentSources(
            cluster("30d", "24h"), quotas, policies, Optional.empty(), List.of(), NOW));
  }

  @Test
  void quotas_ofOneTenant_oldestThenFirstNameWins() {
    NextDocument next =
        quotas(
            Optional.empty(),
            quota("a", 2, "acme", ""),
            quota("c", 1, "acme", ", \"rateLimits\": {\"metricsPerSecond\": 0}"),
            quota("b", 1, "acme", ", \"rateLimits\": {\"metricsPerSecond\": 7}"));
    assertThat(next.quotas())
        .containsEntry("a", new Verdict.Conflicted("b"))
        .containsEntry("b", new Verdict.Accepted())
        .containsEntry("c", new Verdict.Conflicted("b"));
    assertThat(next.document().text())
        .contains("{\"acme\":{\"rateLimits\":{\"metricsPerSecond\":7}}}");
  }

  @Test
  void quotas_zero_isSaid() {
    NextDocument next =
        quotas(
            Optional.empty(),
            quota(
                "a",
                2,
                "acme",
                ", \"rateLimits\": {\"metricsPerSecond\": 0}, \"queryLimits\": {}"));
    assertThat(next.document().text())
        .contains("{\"acme\":{\"rateLimits\":{\"metricsPerSecond\":0}}}");
  }

  @Test
  void quotas_thatServersRefuse_doNotStopOthers() {
    String timeouts =
        ", \"queryLimits\": {\"defaultQueryTimeout\": \"2m\", \"maxQueryTimeout\": \"%s\"}";
    NextDocument next =
        quotas(
            Optional.empty(),
            quota("a", 0, "acme", timeouts.formatted("119s")),
            quota("b", 1, "acme", timeouts.formatted("120s")));
    assertThat(next.quotas().get("a")).isInstanceOf(Verdict.Invalid.class);
    assertThat(next.quotas().get("b")).isEqualTo(new Verdict.Accepted());
  }

  @Test
  void resources_ofOthers_areLeftOut() {
    TenantQuota elsewhere = quota("a", 0, "acme", "");
    elsewhere.getMetadata().setNamespace("other");
    LuminateCluster other = cluster("30d", "24h");
    other.getMetadata().setName("second");
    assertThat(quotas(Optional.empty(), elsewhere).quotas()).isEmpty();
    NextDocument next =
        NextDocument.of(
            new DocumentSources(
                other,
                List.of(quota("a", 0, "acme", "")),
                List.of(policy("p", null, "*", "1d")),
                Optional.empty(),
                List.of(),
                NOW));
    assertThat(next.quotas()).isEmpty();
    assertThat(next.policies()).isEmpty();
  }

  @Test
  void policies_oneTooMany_theNewestIsRefusedWhateverItsName() {
    RetentionPolicy[] most =
        IntStream.range(0, 256)
            .mapToObj(i -> policy("p" + i, 5, null, "m" + i, "5d"))
            .toArray(RetentionPolicy[]::new);
    PublishedDocument last = settled(cluster("30d", "24h"), most);
    List<RetentionPolicy> more = new ArrayList<>(List.of(most));
    // Created in the same second, and first by its name, so only the last document tells.
    more.add(policy("a", 5, null, "z", "5d"));
    NextDocument next = next("30d", last, NOW, more.toArray(RetentionPolicy[]::new));
    assertThat(next.isNew()).isFalse();
    assertThat(next.policies()).containsEntry("a", new Verdict.TooManyPolicies(256));
    assertThat(next.policies().values()).filteredOn(Verdict::isAccepted).hasSize(256);
    more.removeFirst();
    assertThat(next("30d", last, NOW, more.toArray(RetentionPolicy[]::new)).policies())
        .containsEntry("a", new Verdict.Accepted());
  }

  @Test
  void policies_thatNeverCount_sayWhichDoes() {
    NextDocument next =
        next(
            cluster("30d", "24h"),
            Optional.empty(),
            NOW,
            policy("short", null, "api_*", "5d"),
            policy("long", null, "api_*", "9d"),
            policy("same", null, "api_*", "9d"),
            policy("mine", "acme", "api_*", "2d"),
            policy("ends", null, "x*y", "3d"),
            policy("open", null, "x*y*", "4d"),
            policy("bad", null, "m", "36501d"));
    assertThat(next.policies())
        .containsEntry("short", new Verdict.Superseded("long"))
        .containsEntry("same", new Verdict.Superseded("long"))
        .containsEntry("long", new Verdict.Accepted())
        .containsEntry("mine", new Verdict.Accepted())
        .containsEntry("ends", new Verdict.Superseded("open"))
        .containsEntry("open", new Verdict.Accepted());
    assertThat(next.policies().get("bad")).isInstanceOf(Verdict.Invalid.class);
  }

  @Test
  void size_tooLarge_refusesTheNewestQuotasAndKeepsToIt() {
    List<TenantQuota> quotas =
        IntStream.range(0, 200).mapToObj(i -> quota("q" + i, i, "tenant-" + i * 7919, "")).toList();
    DocumentSources all = full(quotas, Optional.empty());
    int whole = NextDocument.of(all).document().gzip().length;
    NextDocument cut = NextDocument.of(all, whole / 2);
    assertThat(cut.document().gzip()).hasSizeLessThanOrEqualTo(whole / 2);
    assertThat(cut.quotas().get("q0")).isEqualTo(new Verdict.Accepted());
    assertThat(cut.quotas().get("q199")).isEqualTo(new Verdict.DocumentFull(whole / 2));
    assertThat(cut.document().tenants()).hasSizeGreaterThan(50);
    List<TenantQuota> more = new ArrayList<>(quotas);
    more.add(quota("older", 0, "a-new-one", ""));
    NextDocument again = NextDocument.of(full(more, Optional.of(cut.document())), whole / 2);
    assertThat(again.isNew()).isFalse();
    assertThat(again.quotas().get("older")).isEqualTo(new Verdict.DocumentFull(whole / 2));
  }

  private static DocumentSources full(List<TenantQuota> quotas, Optional<PublishedDocument> last) {
    return new DocumentSources(cluster("30d", "24h"), quotas, List.of(), last, List.of(), NOW);
  }

  @Test
  void size_mostThatRetentionCanBe_hasRoom() {
    Random random = new Random(1);
    List<RetentionRule> rules = new ArrayList<>();
    List<RetentionHold> holds = new ArrayList<>();
    for (int i = 0; i < FewerHolds.HELD_MAX; i++) {
      RetentionScope scope = new RetentionScope(Optional.of(text(random, 128)), text(random, 256));
      holds.add(new RetentionHold(scope, Duration.ofMillis(3_600_001 + i), NOW.plusMillis(i + 1)));
      if (i < PolicyChoice.POLICIES_MAX) {
        rules.add(new RetentionRule(text(random, 253), scope, Duration.ofHours(1 + i)));
      }
    }
    RetentionSection section =
        new RetentionSection(new RetentionRules(Duration.ofDays(1), rules), holds);
    String text = new DocumentWriter(null, section).write(1, List.of());
    assertThat(GzipText.write(text)).hasSizeLessThan(NextDocument.GZIP_BYTES_MAX);
  }

  private static String text(Random random, int length) {
    StringBuilder text = new StringBuilder();
    random.ints(length, 0, 36).forEach(digit -> text.append(Character.forDigit(digit, 36)));
    return text.toString();
  }

  @Test
  void read_whatIsNoDocument_isRefused() {
    for (String text :
        List.of(
            "",
            "[]",
            "{}",
            "{\"version\": 0}",
            "{\"version\": 1.5}",
            "{\"version\": 99999999999999999999}",
            "version: 3",
            "{")) {
      assertThatThrownBy(() -> PublishedDocument.read(text.getBytes(StandardCharsets.UTF_8)))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class);
    }
    byte[] gzip = settled(cluster("30d", "24h")).gzip();
    gzip[gzip.length / 2] ^= 0x55;
    assertThatThrownBy(() -> PublishedDocument.read(gzip))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void spans_everySpelling_hasOneText() {
    assertThat(Spans.text(Spans.read("2w"))).isEqualTo("14d");
    assertThat(Spans.text(Spans.read("48h"))).isEqualTo("2d");
    assertThat(Spans.text(Spans.read("90m"))).isEqualTo("90m");
    assertThat(Spans.text(Spans.read("1h30m5s1ms"))).isEqualTo("5405001ms");
    assertThat(Spans.read("0s")).isZero();
    assertThat(Spans.retention("36500d")).isEqualTo(Duration.ofDays(36_500));
    for (String text : List.of("36501d", "59m", "", "d", "1", "1y", "-1d", "999999w")) {
      assertThatThrownBy(() -> Spans.retention(text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SharesTest {
  private static final Instant NOW = Instant.parse("2026-03-11T12:00:00Z");

  private static Shares said(int pods) {
    return new Shares(new Share(NOW.toEpochMilli(), pods), Optional.empty());
  }

  private static Shares after(Shares shares, double seconds, int ready) {
    return shares.next(List.of(), ready, at(seconds));
  }

  private static Instant at(double seconds) {
    return NOW.plusMillis((long) (seconds * 1000));
  }

  @Test
  void morePods_areSaidAtOnce() {
    Shares more = after(said(2), 0.5, 3);
    assertThat(more.said()).isEqualTo(new Share(at(0.5).toEpochMilli(), 3));
    assertThat(more.due()).isEmpty();
  }

  @Test
  void samePods_areTheSame() {
    assertThat(after(said(2), 100, 2)).isEqualTo(said(2));
  }

  @Test
  void fewerPods_areSaidAfterTenSeconds() {
    Shares fewer = after(said(5), 1, 3);
    assertThat(fewer.said()).isEqualTo(said(5).said());
    assertThat(fewer.due()).contains(at(11));
    assertThat(after(fewer, 10.999, 3).said()).isEqualTo(said(5).said());
    Shares later = after(fewer, 11, 3);
    assertThat(later.said()).isEqualTo(new Share(at(11).toEpochMilli(), 3));
    assertThat(later.due()).isEmpty();
  }

  @Test
  void podThatRestarts_isBackBeforeAnythingIsSaid() {
    Shares back = after(after(said(3), 1, 2), 9, 3);
    assertThat(back).isEqualTo(said(3));
    assertThat(after(back, 12, 2).due()).contains(at(22));
  }

  @Test
  void fewerPods_neverFewerThanThereWereJustNow() {
    Shares falling = after(after(said(5), 0, 4), 9, 1);
    Shares first = after(falling, 10, 1);
    assertThat(first.said().replicas()).isEqualTo(4);
    assertThat(first.due()).contains(at(20));
    Shares second = after(first, 20, 1);
    assertThat(second.said().replicas()).isEqualTo(1);
    assertThat(second.due()).isEmpty();
  }

  @Test
  void noPod_isSaidAsOne() {
    assertThat(after(after(said(2), 0, 0), 10, 0).said().replicas()).isEqualTo(1);
    assertThat(Shares.first(List.of(), 0, NOW).said().replicas()).isEqualTo(1);
    assertThat(after(said(2), 0, 20_000).said().replicas()).isEqualTo(10_000);
  }

  @Test
  void clockThatIsBehind_goesOnByOne() {
    assertThat(after(said(2), -3600, 3).said()).isEqualTo(new Share(NOW.toEpochMilli() + 1, 3));
  }

  @Test
  void operatorThatStarts_goesOnFromWhatPodsWereTold() {
    Shares first = Shares.first(List.of(new Share(7, 2), new Share(9, 4)), 3, NOW);
    assertThat(first.said()).isEqualTo(new Share(9, 4));
    assertThat(after(first, 0, 3).due()).contains(at(10));
    assertThat(Shares.first(List.of(), 3, NOW)).isEqualTo(said(3));
  }

  @Test
  void podThatWasToldSomethingLater_isToldAgainAboveIt() {
    long later = NOW.toEpochMilli() + 60_000;
    Shares above = said(2).next(List.of(said(2).said(), new Share(later, 5)), 2, at(1));
    assertThat(above.said()).isEqualTo(new Share(later + 1, 2));
    Share contradicted = new Share(NOW.toEpochMilli(), 3);
    assertThat(said(2).next(List.of(contradicted), 2, at(1)).said())
        .isEqualTo(new Share(at(1).toEpochMilli(), 2));
    Share earlier = new Share(NOW.toEpochMilli() - 1, 9);
    assertThat(said(2).next(List.of(earlier), 2, at(1))).isEqualTo(said(2));
  }

  @Test
  void sequenceThatNobodyCanGoAbove_isLeftAlone() {
    Share stuck = new Share(Share.SEQUENCE_MAX, 7);
    assertThat(said(2).next(List.of(stuck), 2, at(1))).isEqualTo(said(2));
    assertThat(Shares.first(List.of(stuck), 2, NOW)).isEqualTo(said(2));
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FlushPolicyTest {
  private static final int ROWS_MAX = 100_000;

  private final FlushPolicy byDefault = new FlushPolicy(Duration.ofMillis(20), ROWS_MAX);

  private static Duration millis(long millis) {
    return Duration.ofMillis(millis);
  }

  @Test
  void patience_alone_theInterval() {
    assertThat(byDefault.patience(1, false, false, Duration.ZERO)).isEqualTo(millis(20));
    assertThat(byDefault.patience(90_000, false, false, Duration.ZERO)).isEqualTo(millis(20));
  }

  @Test
  void patience_whileAnotherIsInserted_tenIntervals() {
    assertThat(byDefault.patience(1, false, true, Duration.ZERO)).isEqualTo(millis(200));
    assertThat(byDefault.patience(1, true, true, Duration.ZERO)).isEqualTo(millis(200));
  }

  @Test
  void patience_forThoseWhoAreMissing_theLongerTheMoreIsInIt() {
    assertThat(byDefault.patience(50, true, false, Duration.ZERO)).isEqualTo(millis(20));
    assertThat(byDefault.patience(6_000, true, false, Duration.ZERO)).isEqualTo(millis(2_400));
    assertThat(byDefault.patience(6_000, true, true, Duration.ZERO)).isEqualTo(millis(2_400));
    assertThat(byDefault.patience(10_000, true, false, Duration.ZERO)).isEqualTo(millis(4_000));
    assertThat(byDefault.patience(99_999, true, false, Duration.ZERO)).isEqualTo(millis(4_000));
  }

  @Test
  void patience_ofFewRows_noLongerThanForAnInsert() {
    assertThat(byDefault.patience(400, true, false, Duration.ZERO)).isEqualTo(millis(160));
    assertThat(byDefault.patience(900, true, false, millis(3_000))).isEqualTo(millis(200));
    assertThat(byDefault.patience(4_999, true, true, millis(3_000))).isEqualTo(millis(200));
    assertThat(byDefault.patience(5_000, true, false, Duration.ZERO)).isEqualTo(millis(2_000));
  }

  @Test
  void patience_whileThoseWhoAreMissingHadNoAnswer_isNotCountedUntilItDoubles() {
    assertThat(byDefault.patience(6_000, true, true, millis(700))).isEqualTo(millis(3_100));
    assertThat(byDefault.patience(5_000, true, false, millis(1_500))).isEqualTo(millis(3_500));
    assertThat(byDefault.patience(6_000, true, false, millis(3_000))).isEqualTo(millis(4_000));
    assertThat(byDefault.patience(50, true, false, millis(3_000))).isEqualTo(millis(40));
    assertThat(byDefault.patience(90_000, false, false, millis(700))).isEqualTo(millis(20));
  }

  @Test
  void patience_withALongInterval_noLongerThanThatOrFourSeconds() {
    FlushPolicy slow = new FlushPolicy(millis(300), ROWS_MAX);
    assertThat(slow.patience(1, false, false, Duration.ZERO)).isEqualTo(millis(300));
    assertThat(slow.patience(90_000, true, true, Duration.ZERO)).isEqualTo(millis(4_000));
    FlushPolicy slower = new FlushPolicy(millis(5_000), ROWS_MAX);
    assertThat(slower.patience(90_000, true, true, Duration.ZERO)).isEqualTo(millis(5_000));
  }

  @Test
  void patience_withoutAnInterval_none() {
    assertThat(new FlushPolicy(Duration.ZERO, ROWS_MAX).patience(90_000, true, true, Duration.ZERO))
        .isEqualTo(Duration.ZERO);
  }

  @Test
  void patience_withFewRowsAtMost_asForMany() {
    assertThat(new FlushPolicy(millis(20), 1).patience(1, true, false, Duration.ZERO))
        .isEqualTo(millis(4_000));
  }
}

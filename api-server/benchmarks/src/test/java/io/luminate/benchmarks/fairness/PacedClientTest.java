// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.fairness;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.benchmarks.fairness.PacedClient.Numbers;
import io.luminate.benchmarks.fairness.PacedClient.Request;
import io.luminate.benchmarks.fairness.PacedClient.Schedule;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class PacedClientTest {
  private static final long SECOND = 1_000_000_000;

  private static Schedule schedule() {
    return Schedule.random(17, 200, Duration.ofSeconds(50), 1);
  }

  @Test
  void random_isOfItsPace_andNeverEven() {
    LongSummaryStatistics gaps = new LongSummaryStatistics();
    long[] due = schedule().dueNanos();
    for (int i = 1; i < due.length; i++) {
      gaps.accept(due[i] - due[i - 1]);
    }
    // 10 000 are expected, and 100 is their standard deviation.
    assertThat(due.length).isBetween(9_500, 10_500);
    assertThat(due[0]).isGreaterThanOrEqualTo(17);
    assertThat(due[due.length - 1]).isLessThan(17 + 50 * SECOND);
    assertThat(gaps.getMin()).isBetween(0L, SECOND / 200 / 100);
    assertThat(gaps.getMax()).isGreaterThan(5 * SECOND / 200);
    assertThat(due).isEqualTo(schedule().dueNanos());
  }

  @Test
  void sharedBy_several_isDueWhenTheWholeIs() {
    Schedule whole = schedule();
    List<Schedule> parts = whole.sharedBy(4);
    assertThat(parts).allMatch(part -> part.dueNanos().length >= whole.dueNanos().length / 4);
    assertThat(parts.stream().flatMapToLong(one -> Arrays.stream(one.dueNanos())).sorted())
        .containsExactly(Arrays.stream(whole.dueNanos()).boxed().toArray(Long[]::new));
  }

  @Test
  void number_ofEachRequest_isItsOwn() {
    String text = "{\"k\":\"" + Numbers.DIGITS + "\"}";
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    Numbers numbers = new Numbers(text.indexOf(Numbers.DIGITS), new AtomicLong(9));
    Request request = new Request("/", "", body, Optional.of(numbers));
    byte[] copy = body.clone();
    request.number(copy);
    assertThat(copy).asString().isEqualTo("{\"k\":\"0000000009\"}");
    request.number(copy);
    assertThat(copy).asString().isEqualTo("{\"k\":\"0000000010\"}");
    new Request("/", "", body, Optional.empty()).number(copy);
    assertThat(copy).asString().isEqualTo("{\"k\":\"0000000010\"}");
  }

  @Test
  void isOver_afterItsLength() {
    for (Schedule schedule : schedule().sharedBy(2)) {
      assertThat(schedule.isOver(17 + 50 * SECOND - 1)).isFalse();
      assertThat(schedule.isOver(17 + 50 * SECOND)).isTrue();
    }
  }
}

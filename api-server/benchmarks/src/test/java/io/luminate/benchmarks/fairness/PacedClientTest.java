// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.fairness;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.benchmarks.fairness.PacedClient.Numbers;
import io.luminate.benchmarks.fairness.PacedClient.Request;
import io.luminate.benchmarks.fairness.PacedClient.Schedule;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class PacedClientTest {
  private static final long SECOND = 1_000_000_000;

  @Test
  void sharedBy_several_isDueWhenTheWholeIs() {
    Schedule whole = new Schedule(17, 20, Duration.ofSeconds(2));
    long[] due =
        whole.sharedBy(4).stream()
            .flatMapToLong(one -> IntStream.range(0, one.count()).mapToLong(one::dueNanos))
            .sorted()
            .toArray();
    assertThat(due)
        .containsExactly(LongStream.range(0, 40).map(i -> 17 + i * SECOND / 20).toArray());
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
    Schedule schedule = new Schedule(17, 20, Duration.ofSeconds(2));
    assertThat(schedule.isOver(17 + 2 * SECOND - 1)).isFalse();
    assertThat(schedule.isOver(17 + 2 * SECOND)).isTrue();
  }
}

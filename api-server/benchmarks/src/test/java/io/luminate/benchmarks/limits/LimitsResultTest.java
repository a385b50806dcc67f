// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.benchmarks.load.HttpReply;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LimitsResultTest {
  private static LimitsResult result(
      long admitted, long refusedAgain, String stored, double limitedMicros) {
    return new LimitsResult(
        new LimitsResult.Decision(
            2, 1_000_000, 1_200_000, admitted, refusedAgain, 50_000, 90_000, stored),
        new LimitsResult.Cost(
            2_208_000, List.of(1.0, 9.0, 2.0), List.of(limitedMicros, 0.5, limitedMicros)));
  }

  @Test
  void markdown_withinTheFloors_passes() {
    LimitsResult result = result(1_020_000, 0, "2040000", 2.06);
    assertThat(result.missed()).isZero();
    assertThat(result.markdown())
        .contains("| … admitted | 1,020,000 |  |  |")
        .contains("| … off the limit by, % | 2.00 | ≤ 2.00 | pass |")
        .contains("| points of admitted series refused afterwards | 0 | ≤ 0 | pass |")
        .contains("| server CPU without a limit, µs/point | 2.00 |  |  |")
        .contains("| … ratio of the medians | 1.030 | ≤ 1.03 | pass |");
    assertThat(result.notes())
        .contains("turns without a limit, µs/point: 1.000 9.000 2.000")
        .noneMatch(note -> note.startsWith("WRONG"));
  }

  @Test
  void markdown_overEachFloor_misses() {
    LimitsResult result = result(979_000, 3, "1958000", 2.08);
    assertThat(result.missed()).isEqualTo(4);
    assertThat(result.markdown())
        .contains("| … off the limit by, % | 2.10 | ≤ 2.00 | MISS |")
        .contains("afterwards | 3 | ≤ 0 | MISS |")
        .contains("| 1.040 | ≤ 1.03 | MISS |");
    assertThat(result.notes())
        .contains("WRONG: 1,957,997 points were taken, and a count of them answered 1958000");
  }

  @Test
  void note_someRefused_byTheirPlaceInTheRequest() throws IOException {
    BitSet refused = new BitSet();
    String error = "{\"index\":%d,\"metric\":\"flood\",\"code\":\"CARDINALITY_EXCEEDED\"}";
    HttpReply reply = new HttpReply(207, "[" + error.formatted(0) + "," + error.formatted(2) + "]");
    SeriesFlood.note(reply, new int[] {70, 80, 90}, refused);
    SeriesFlood.note(new HttpReply(200, "{\"errors\":[]}"), new int[] {1, 2}, refused);
    assertThat(refused.stream()).containsExactly(70, 90);
  }

  @Test
  void note_thoseWithoutTheirTexts_areRefusedToo() throws IOException {
    BitSet refused = new BitSet();
    String told = "\"errors\":[{\"index\":0,\"code\":\"CARDINALITY_EXCEEDED\"}]";
    String omitted = ",\"errors_omitted\":{\"%s\":[[1,2],[4,4]]}";
    int[] batch = {60, 70, 80, 90, 100};
    SeriesFlood.note(
        new HttpReply(207, told + omitted.formatted("CARDINALITY_EXCEEDED")), batch, refused);
    assertThat(refused.stream()).containsExactly(60, 70, 80, 100);
    assertThatThrownBy(
            () ->
                SeriesFlood.note(
                    new HttpReply(207, told + omitted.formatted("INVALID_VALUE")), batch, refused))
        .isInstanceOf(IOException.class);
  }

  @Test
  void note_refusedForAnotherReason_isNoMeasurement() {
    HttpReply reply = new HttpReply(207, "[{\"index\":0,\"code\":\"INVALID_TIMESTAMP\"}]");
    assertThatThrownBy(() -> SeriesFlood.note(reply, new int[] {7}, new BitSet()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("INVALID_TIMESTAMP");
  }
}

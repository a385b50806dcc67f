// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.server.ingest.Rejection.Code;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What a reply tells of is bounded, by number and by what its texts take. */
final class RejectionsTest {
  private static final int POINTS = 10_000;

  private final Rejections rejections = new Rejections();
  private int namesAsked;

  private String name(String name) {
    namesAsked++;
    return name;
  }

  private List<RejectedPoint> told() {
    return Rejections.told(rejections.inOrder());
  }

  private void addAll(Supplier<String> metric, Rejection rejection) {
    for (int index = 0; index < POINTS; index++) {
      rejections.add(index, metric, rejection);
    }
  }

  @Test
  void told_shortTexts_areAThousand_andNoOtherNameIsAskedFor() {
    addAll(() -> name("m"), PointRules.timestampOutside(1, 1_773_230_400_000L));
    assertThat(rejections.size()).isEqualTo(POINTS);
    assertThat(told()).hasSize(Rejections.TOLD_MAX);
    assertThat(namesAsked).isEqualTo(Rejections.TOLD_MAX);
    assertThat(rejections.inOrder().getLast())
        .isEqualTo(RejectedPoint.untold(POINTS - 1, Code.INVALID_TIMESTAMP));
  }

  @Test
  void told_longNames_areFewer() {
    String longest = "n".repeat(PointRules.NAME_LENGTH_MAX);
    addAll(() -> name(longest), Rejection.of(Code.INVALID_VALUE, "value must be finite"));
    assertTextsInBounds();
  }

  @Test
  void told_longKeysInTextsAndDetails_areFewer() {
    String longest = "k".repeat(PointRules.NAME_LENGTH_MAX);
    addAll(() -> name("m"), PointRules.dimension(longest, "is bad", Map.of()).rejection());
    assertTextsInBounds();
  }

  private void assertTextsInBounds() {
    int most = Rejections.TEXT_CHARS_MAX;
    int largest = told().getFirst().textChars();
    assertThat(told().stream().mapToInt(RejectedPoint::textChars).sum())
        .isBetween(most - largest, most + largest);
    assertThat(told().size()).isLessThan(Rejections.TOLD_MAX).isEqualTo(namesAsked);
  }

  @Test
  void told_firstOfTheRequest_isAmongThem_howeverLate() {
    Rejection bad = Rejection.of(Code.INVALID_VALUE, "a text");
    for (int index = 1; index < POINTS; index++) {
      rejections.add(index, () -> "m", bad);
    }
    Rejection late = Rejection.of(Code.CARDINALITY_EXCEEDED, "another");
    rejections.add(0, () -> "late", late);
    assertThat(told()).hasSize(Rejections.TOLD_MAX + 1);
    assertThat(told().getFirst()).isEqualTo(new RejectedPoint(0, "late", late));
  }

  @Test
  void told_firstOfACode_isAmongThem_howeverLate() {
    addAll(() -> "m", Rejection.of(Code.INVALID_VALUE, "a text"));
    Rejection late = Rejection.of(Code.CARDINALITY_EXCEEDED, "which limit it is");
    rejections.add(POINTS, () -> "first", late);
    rejections.add(POINTS + 1, () -> "second", late);
    assertThat(told()).hasSize(Rejections.TOLD_MAX + 1);
    assertThat(told().getLast()).isEqualTo(new RejectedPoint(POINTS, "first", late));
    assertThat(rejections.inOrder().getLast())
        .isEqualTo(RejectedPoint.untold(POINTS + 1, Code.CARDINALITY_EXCEEDED));
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class RetentionScopeTest {
  /** {@code c} is in no pattern, so it stands for whatever a star can be. */
  private static final List<String> NAMES = words("abc", 6);

  private static final List<String> PATTERNS = words("ab*", 4);

  private static List<String> words(String letters, int lengthMax) {
    List<String> words = new ArrayList<>();
    List<String> shorter = List.of("");
    for (int length = 1; length <= lengthMax; length++) {
      List<String> longer = new ArrayList<>();
      for (String word : shorter) {
        letters.chars().forEach(c -> longer.add(word + (char) c));
      }
      words.addAll(longer);
      shorter = longer;
    }
    return words;
  }

  private static RetentionScope everyones(String pattern) {
    return new RetentionScope(Optional.empty(), pattern);
  }

  private static boolean[] matching(String pattern) {
    Pattern regex = Pattern.compile(pattern.replace("*", ".*"));
    boolean[] matching = new boolean[NAMES.size()];
    for (int i = 0; i < matching.length; i++) {
      matching[i] = regex.matcher(NAMES.get(i)).matches();
    }
    return matching;
  }

  @Test
  void patterns_allShortOnes_areRelatedAsTheirNamesAre() {
    List<boolean[]> matching = PATTERNS.stream().map(RetentionScopeTest::matching).toList();
    for (int one = 0; one < PATTERNS.size(); one++) {
      for (int other = 0; other < PATTERNS.size(); other++) {
        check(one, matching.get(one), other, matching.get(other));
      }
    }
  }

  private static void check(int one, boolean[] inOne, int other, boolean[] inOther) {
    boolean contains = true;
    boolean meets = false;
    for (int name = 0; name < inOne.length; name++) {
      contains &= inOne[name] || !inOther[name];
      meets |= inOne[name] && inOther[name];
    }
    RetentionScope left = everyones(PATTERNS.get(one));
    RetentionScope right = everyones(PATTERNS.get(other));
    assertThat(left.contains(right)).as("%s contains %s", left, right).isEqualTo(contains);
    if (meets) {
      assertThat(left.mayMeet(right)).as("%s meets %s", left, right).isTrue();
      assertCommonNamesAreIn(left.meet(right), inOne, inOther);
    }
  }

  private static void assertCommonNamesAreIn(
      RetentionScope both, boolean[] inOne, boolean[] inOther) {
    Pattern regex = Pattern.compile(both.metricPattern().replace("*", ".*"));
    for (int name = 0; name < inOne.length; name++) {
      if (inOne[name] && inOther[name] && !regex.matcher(NAMES.get(name)).matches()) {
        throw new AssertionError(NAMES.get(name) + " is not in " + both);
      }
    }
  }

  @Test
  void mayMeet_otherEnds_isFalse() {
    assertThat(everyones("a*b").mayMeet(everyones("a*c"))).isFalse();
    assertThat(everyones("a*").mayMeet(everyones("b*"))).isFalse();
    assertThat(everyones("*b").mayMeet(everyones("a*"))).isTrue();
  }

  @Test
  void tenants_everyoneContainsOne_neverTheOtherWay() {
    RetentionScope acme = new RetentionScope(Optional.of("acme"), "*");
    RetentionScope globex = new RetentionScope(Optional.of("globex"), "*");
    assertThat(RetentionScope.ALL.contains(acme)).isTrue();
    assertThat(acme.contains(RetentionScope.ALL)).isFalse();
    assertThat(acme.contains(globex)).isFalse();
    assertThat(acme.mayMeet(globex)).isFalse();
    assertThat(acme.mayMeet(RetentionScope.ALL)).isTrue();
    assertThat(everyones("a*").meet(acme)).isEqualTo(new RetentionScope(Optional.of("acme"), "a*"));
  }
}

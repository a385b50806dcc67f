// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Values come, go and come back; codes mean what they are said to mean. */
final class DictionaryTest {
  private static final int ROUNDS = 200;
  private static final int VALUES_A_ROUND = 300;
  private static final long SEED = 7;

  private final IndexMemory memory = new IndexMemory(Long.MAX_VALUE);
  private final Random random = new Random(SEED);

  @Test
  void churn_staysBounded_andCodesMeanTheirValues() {
    Dictionary dictionary = new Dictionary(1, "k", memory);
    Map<String, Integer> living = new HashMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < VALUES_A_ROUND; i++) {
        String value = value(round * (VALUES_A_ROUND / 2) + random.nextInt(VALUES_A_ROUND));
        int code = dictionary.intern(value);
        assertThat(living.getOrDefault(value, code)).isEqualTo(code);
        living.put(value, code);
      }
      assertThat(living.values()).doesNotHaveDuplicates();
      living.keySet().removeIf(value -> random.nextInt(3) > 0);
      free(dictionary, living);
      assertMeans(dictionary, living);
      dictionary = round % 10 == 9 ? restored(dictionary) : dictionary;
      assertMeans(dictionary, living);
      assertThat(dictionary.size()).as("round %d", round).isLessThan(3 * VALUES_A_ROUND);
    }
    living.clear();
    free(dictionary, living);
    assertThat(dictionary.size()).isZero();
    assertThat(dictionary.encodeBlock(0)).isEmpty();
  }

  private String value(int number) {
    return "value-" + number + "x".repeat(number % 90);
  }

  private static void free(Dictionary dictionary, Map<String, Integer> living) {
    dictionary.beginTrace();
    BitSet used = new BitSet();
    living.values().forEach(used::set);
    dictionary.endTrace(used);
  }

  private static void assertMeans(Dictionary dictionary, Map<String, Integer> living) {
    living.forEach(
        (value, code) -> {
          assertThat(dictionary.codeOf(value)).isEqualTo(code);
          assertThat(dictionary.value(code)).isEqualTo(value);
          assertThat(dictionary.startsWith(code, value.substring(0, 7))).isTrue();
        });
  }

  private Dictionary restored(Dictionary dictionary) {
    Dictionary restored = new Dictionary(1, "k", new IndexMemory(Long.MAX_VALUE));
    for (int block = 0; block * Dictionary.BLOCK_VALUES < dictionary.size(); block++) {
      int number = block;
      dictionary.encodeBlock(block).ifPresent(bytes -> restored.restoreBlock(number, bytes));
    }
    return restored;
  }

  @Test
  void memory_isGivenBack() {
    Dictionary dictionary = new Dictionary(1, "k", memory);
    dictionary.intern("stays");
    long before = memory.bytes();
    for (int i = 0; i < 1_000; i++) {
      dictionary.intern(value(i));
    }
    BitSet used = new BitSet();
    used.set(1);
    dictionary.beginTrace();
    assertThat(dictionary.endTrace(used)).isEqualTo(1_000);
    assertThat(memory.bytes()).isEqualTo(before);
    assertThat(dictionary.size()).isEqualTo(1);
    assertThat(dictionary.codeOf(value(3))).isZero();
    assertThat(dictionary.intern("next")).isEqualTo(2);
  }

  /** It may be in an index by the time that the codes in use are known. */
  @Test
  void valueAskedForMeanwhile_stays() {
    Dictionary dictionary = new Dictionary(1, "k", memory);
    int known = dictionary.intern("known");
    int gone = dictionary.intern("gone");
    dictionary.beginTrace();
    assertThat(dictionary.intern("known")).isEqualTo(known);
    int fresh = dictionary.intern("fresh");
    assertThat(dictionary.endTrace(new BitSet())).isEqualTo(1);
    assertThat(dictionary.codeOf("known")).isEqualTo(known);
    assertThat(dictionary.codeOf("fresh")).isEqualTo(fresh);
    assertThat(dictionary.intern("other")).isEqualTo(gone);
  }
}

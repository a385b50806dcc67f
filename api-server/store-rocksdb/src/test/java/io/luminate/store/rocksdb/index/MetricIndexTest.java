// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.model.Dimensions;
import io.luminate.model.EntityKeys;
import io.luminate.model.TenantId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Series come, die, are freed and come back, against a map. */
final class MetricIndexTest {
  private static final long SEED = 11;
  private static final int ROUNDS = 60;
  private static final int NEW_SERIES = 700;

  private final IndexMemory memory = new IndexMemory(Long.MAX_VALUE);
  private final Map<String, Dictionary> dictionaries = new HashMap<>();
  private final Random random = new Random(SEED);
  private final Map<Dimensions, Integer> living = new HashMap<>();
  private MetricIndex index = newIndex();

  private MetricIndex newIndex() {
    return new MetricIndex(
        1,
        new TenantId("acme"),
        "m",
        EntityKeys.DEFAULT,
        key -> dictionaries.computeIfAbsent(key, k -> new Dictionary(1, k, memory)),
        memory);
  }

  private Dimensions series(int round) {
    Map<String, String> pairs = new HashMap<>();
    pairs.put("customer_id", "c" + (round * NEW_SERIES / 2 + random.nextInt(NEW_SERIES)));
    pairs.put("region", "r" + random.nextInt(5));
    if (random.nextInt(3) == 0) {
      pairs.put("key_" + round, "v" + random.nextInt(3));
    }
    return Dimensions.of(pairs);
  }

  @Test
  void churn_findsWhatLives_andUsesPlacesAgain() {
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < NEW_SERIES; i++) {
        Dimensions dimensions = series(round);
        int ordinal = index.resolve(dimensions);
        assertThat(living.getOrDefault(dimensions, ordinal)).isEqualTo(ordinal);
        living.put(dimensions, ordinal);
        index.markDefined(ordinal);
        if (i % 97 == 0) {
          assertPostings(index.view());
        }
      }
      assertThat(living.values()).doesNotHaveDuplicates();
      die();
      assertAll();
      assertThat(index.seriesCount()).as("round %d", round).isLessThan(3 * NEW_SERIES);
      assertThat(index.keys()).as("round %d", round).hasSizeLessThan(12);
      index = round % 10 == 9 ? restored() : index;
      assertAll();
    }
  }

  private void die() {
    living.keySet().removeIf(dimensions -> random.nextInt(3) > 0);
    BitSet named = new BitSet();
    living.values().forEach(named::set);
    index.retireAllBut(named);
    living.values().forEach(o -> assertThat(index.isDefined(o)).isTrue());
    index.undefineRetired();
    index.freeRetired();
  }

  private void assertAll() {
    assertThat(index.size()).isEqualTo(living.size());
    assertThat(index.definedCount()).isEqualTo(living.size());
    living.forEach(
        (dimensions, ordinal) -> {
          assertThat(index.find(dimensions)).isEqualTo(ordinal);
          assertThat(index.dimensions(ordinal)).isEqualTo(dimensions);
        });
    assertPostings(index.view());
  }

  /** All that have the code are among them, each once. */
  private void assertPostings(IndexView view) {
    int keyNo = view.keyNo("region");
    for (int r = 0; r < 5; r++) {
      int code = view.dictionary(keyNo).codeOf("r" + r);
      int[] expected =
          IntStream.range(0, view.seriesCount())
              .filter(o -> view.codes(keyNo)[o] == code)
              .toArray();
      int[] found =
          IntStream.of(view.ordinalsOf(keyNo, code))
              .filter(o -> o < view.seriesCount() && view.codes(keyNo)[o] == code)
              .toArray();
      assertThat(code == 0 ? expected : found).isEqualTo(expected);
    }
  }

  private MetricIndex restored() {
    MetricIndex restored = newIndex();
    restored.restoreKeys(new ArrayList<>(index.keys()));
    for (int block = 0; block * SeriesBlock.SERIES_MAX < index.seriesCount(); block++) {
      int number = block;
      index.encodeBlock(block).ifPresent(bytes -> restored.restoreBlock(number, bytes));
    }
    // What was free is free again once somebody has looked.
    return restored;
  }

  @Test
  void awaited_isWhatHadNoPointYet_retiredOrNot() {
    int dead = index.resolve(Dimensions.of("k", "dead"));
    index.markDefined(dead);
    int awaited = index.resolve(Dimensions.of("k", "awaited"));
    assertThat(awaited()).containsExactly(awaited);
    index.retireAllBut(new BitSet());
    assertThat(awaited()).as("a point of it brings it back").containsExactly(awaited);
    index.undefineRetired();
    assertThat(awaited()).containsExactly(awaited);
    index.freeRetired();
    assertThat(awaited()).isEmpty();
  }

  private List<Integer> awaited() {
    List<Integer> ordinals = new ArrayList<>();
    index.forEachAwaited(ordinals::add);
    return ordinals;
  }

  @Test
  void retired_askedForAgain_keepsItsPlace() {
    Dimensions one = Dimensions.of("k", "one");
    int ordinal = index.resolve(one);
    index.markDefined(ordinal);
    assertThat(index.retireAllBut(new BitSet())).isEqualTo(1);
    assertThat(index.isDefined(ordinal)).as("who writes to it defines it again").isFalse();
    assertThat(index.resolve(one)).isEqualTo(ordinal);
    assertThat(index.isDefined(ordinal)).isTrue();
    index.undefineRetired();
    assertThat(index.freeRetired()).isZero();
    assertThat(index.find(one)).isEqualTo(ordinal);
  }

  @Test
  void retired_askedForAgainWhileItIsBeingPersisted_isDefinedAnew() {
    Dimensions one = Dimensions.of("k", "one");
    int ordinal = index.resolve(one);
    index.markDefined(ordinal);
    index.markClean(index.dirtyBlocks());
    index.retireAllBut(new BitSet());
    index.undefineRetired();
    assertThat(index.encodeBlock(0)).isEmpty();
    index.markClean(index.dirtyBlocks());
    assertThat(index.resolve(one)).isEqualTo(ordinal);
    assertThat(index.freeRetired()).isZero();
    assertThat(index.isDefined(ordinal)).isFalse();
    index.markDefined(ordinal);
    assertThat(index.dirtyBlocks()).containsExactly(0);
    assertThat(index.encodeBlock(0)).isPresent();
  }

  @Test
  void retired_persistingFailed_isThereAndDefinedOnceMore() {
    int ordinal = index.resolve(Dimensions.of("k", "one"));
    index.markDefined(ordinal);
    index.retireAllBut(new BitSet());
    index.undefineRetired();
    index.redefineRetired();
    assertThat(index.encodeBlock(0)).isPresent();
    index.keepAll();
    assertThat(index.isDefined(ordinal)).as("it may be durable all the same").isFalse();
    index.markDefined(ordinal);
    assertThat(index.isDefined(ordinal)).isTrue();
  }

  @Test
  void memory_ofFormerSeries_isGivenBack() {
    for (int i = 0; i < 10_000; i++) {
      index.markDefined(index.resolve(Dimensions.of("k", "v" + i % 10, "l", "w" + i)));
    }
    long full = memory.bytes();
    BitSet named = new BitSet();
    named.set(0, 100);
    index.retireAllBut(named);
    index.undefineRetired();
    assertThat(index.freeRetired()).isEqualTo(9_900);
    assertThat(index.seriesCount()).isEqualTo(100);
    assertThat(full - memory.bytes()).isGreaterThan(9_000L * 40);
  }

  @Test
  void closed_takesNoSeries() {
    assertThat(index.close()).isTrue();
    assertThatThrownBy(() -> index.resolve(Dimensions.of("k", "v")))
        .isInstanceOf(ForgottenMetricException.class);
    index.reopen();
    assertThat(index.resolve(Dimensions.of("k", "v"))).isZero();
    assertThat(index.close()).isFalse();
  }

  /** Places say nothing of the order in which series came. */
  @Test
  void keyGrowth_inUsedPlaces_knowsTheKeyWhoseValuesAreNew() {
    for (int i = 0; i < 4_000; i++) {
      index.markDefined(index.resolve(Dimensions.of("old", "o" + i, "new", "n" + i % 3)));
    }
    BitSet named = new BitSet();
    named.set(2_000, 4_000);
    index.retireAllBut(named);
    index.undefineRetired();
    index.freeRetired();
    for (int i = 0; i < 1_500; i++) {
      assertThat(index.resolve(Dimensions.of("old", "o3000", "new", "later" + i)))
          .isLessThan(2_000);
    }
    List<KeyGrowth.Key> keys = index.keyGrowth().keys();
    assertThat(keys).first().extracting(KeyGrowth.Key::name).isEqualTo("new");
  }
}

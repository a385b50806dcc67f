// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SeriesIndexTest {
  private static final long SEED = Long.getLong("luminate.seed", 11);

  private final SeriesIndex index = new SeriesIndex();
  private final List<Entry> entries = new ArrayList<>();

  private record Entry(int hash, long generation, int offset) {}

  private void add(Entry entry) {
    index.add(entry.hash(), entry.generation(), entry.offset());
    entries.add(entry);
  }

  private boolean found(Entry entry) {
    return place(entry) >= 0;
  }

  private int place(Entry entry) {
    int place = index.first(entry.hash());
    for (; index.taken(place); place = index.next(place)) {
      if (index.has(place, entry.hash())
          && index.generation(place) == entry.generation() % SeriesIndex.GENERATIONS_MAX
          && index.offset(place) == entry.offset()) {
        return place;
      }
    }
    return -1;
  }

  /** Few hashes, so that there are long runs, some of them around the end. */
  private static Entry random(Random random, long generation, int offset) {
    return new Entry(-random.nextInt(300), generation, offset);
  }

  @Test
  void forget_aGeneration_leavesAllOthers() {
    Random random = new Random(SEED);
    for (long generation = 1; generation < 200; generation++) {
      for (int offset = 1; offset <= 100; offset++) {
        add(random(random, generation, offset));
      }
      if (generation > SeriesIndex.GENERATIONS_MAX - 1) {
        long oldest = generation - SeriesIndex.GENERATIONS_MAX + 1;
        index.forget(oldest);
        assertThat(entries).filteredOn(e -> e.generation() == oldest).noneMatch(this::found);
        entries.removeIf(entry -> entry.generation() == oldest);
      }
      assertThat(index.size()).as("seed %d", SEED).isEqualTo(entries.size());
      assertThat(entries).as("seed %d", SEED).allMatch(this::found);
    }
  }

  @Test
  void bytes_whateverTheNumber_noMoreThanSaid() {
    Random random = new Random(SEED);
    for (int offset = 1; offset < 50_000; offset++) {
      index.add(random.nextInt(), 1, offset);
      assertThat(index.bytes() - (8 << 10))
          .isLessThanOrEqualTo((long) index.size() * SeriesIndex.BYTES_PER_SERIES_MAX);
    }
  }

  @Test
  void move_anEntry_keepsItsHash() {
    Entry before = new Entry(0x80000001, 3, 17);
    Entry after = new Entry(0x80000001, 18, (1 << SeriesIndex.OFFSET_BITS) - 1);
    add(before);
    index.move(place(before), after.generation(), after.offset());
    assertThat(found(before)).isFalse();
    assertThat(found(after)).isTrue();
    assertThat(index.size()).isEqualTo(1);
  }
}

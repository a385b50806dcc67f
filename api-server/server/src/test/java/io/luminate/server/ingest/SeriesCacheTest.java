// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.TenantId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SeriesCacheTest {
  private static final int SLOTS = 40_000;

  private final SeriesCache cache = new SeriesCache(SLOTS);
  private final SpanKey scope = new SpanKey();
  private final SpanKey key = new SpanKey();

  SeriesCacheTest() {
    cache.scope(IngestScope.of(new TenantId("acme")), scope);
  }

  private SpanKey key(int series) {
    byte[] text = ("metric{\"k\":\"" + series + "\"}").getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(text, text.length + 8);
    cache.key(padded, 0, 6, 6, text.length, scope, key);
    return key;
  }

  private void put(int from, int to, long lowestHandle) {
    for (int series = from; series < to; series++) {
      cache.put(key(series), series, lowestHandle);
    }
  }

  private long known(int from, int to) {
    long known = 0;
    for (int series = from; series < to; series++) {
      long handle = cache.get(key(series));
      assertThat(handle).isIn((long) series, SeriesCache.MISS);
      known += handle == series ? 1 : 0;
    }
    return known;
  }

  @Test
  void get_whatWasNeverPut_isAMiss() {
    put(0, 1_000, 0);
    assertThat(known(1_000, 2_000)).isZero();
  }

  @Test
  void get_anotherTenantsSeries_isAMiss() {
    put(0, 1, 0);
    cache.scope(IngestScope.of(new TenantId("globex")), scope);
    assertThat(known(0, 1)).isZero();
  }

  @Test
  void put_again_replacesTheHandle() {
    put(0, 1, 0);
    cache.put(key(0), 7, 0);
    assertThat(cache.get(key(0))).isEqualTo(7);
  }

  @Test
  void put_upToFourFifthsOfTheSlots_losesNearlyNothing() {
    put(0, SLOTS * 4 / 5, 0);
    assertThat(known(0, SLOTS * 4 / 5)).isGreaterThan(SLOTS * 4 / 5 - SLOTS / 1_000);
  }

  /** Twice as many as there is room for, so that every other one may be known. */
  @Test
  void put_moreThanThereIsRoomFor_keepsAsManyAsThereAreSlots() {
    put(0, 2 * SLOTS, 0);
    assertThat(known(0, 2 * SLOTS)).isBetween((long) SLOTS * 9 / 10, (long) SLOTS);
  }

  @Test
  void put_overHandlesThatAreForgotten_keepsAllOthers() {
    put(0, SLOTS * 4 / 5, 0);
    put(SLOTS * 4 / 5, SLOTS * 8 / 5, SLOTS * 4 / 5);
    assertThat(known(SLOTS * 4 / 5, SLOTS * 8 / 5)).isGreaterThan(SLOTS * 4 / 5 - SLOTS / 1_000);
  }
}

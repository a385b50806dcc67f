// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.TenantId;
import io.luminate.server.config.CardinalityLimits;
import io.luminate.server.config.CardinalityLimits.Overflow;
import io.luminate.server.config.QueryLimits;
import io.luminate.server.config.RateLimits;
import io.luminate.server.limits.TenantLimits;
import io.luminate.store.ErrorCode;
import io.luminate.store.MetricCardinality;
import io.luminate.store.StoreException;
import io.luminate.store.StoreStats;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Counts of a store that the test makes up, on a clock of its own. */
final class SeriesWatchTest {
  private static final TenantId A = new TenantId("a");
  private static final TenantId B = new TenantId("b");
  private static final Instant START = Instant.parse("2026-03-01T12:20:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final Map<LimitUse.Key, Long> series = new HashMap<>();
  private long seriesMax = 1_000;
  private boolean whole = true;
  private boolean away;
  private int counted;

  private final SeriesWatch watch =
      new SeriesWatch(this::count, tenant -> limits(), Duration.ofSeconds(10), now::get);

  private TenantLimits limits() {
    Duration second = Duration.ofSeconds(1);
    return new TenantLimits(
        new RateLimits(1, 1, 1, 1),
        new CardinalityLimits(1, 1, 1, seriesMax, 50, Overflow.REJECT),
        new QueryLimits(second, second, second, 1, 1));
  }

  private SeriesCounts.Counted count() {
    counted++;
    if (away) {
      throw new StoreException(ErrorCode.STORAGE_UNAVAILABLE, "away");
    }
    List<MetricCardinality> metrics =
        series.entrySet().stream()
            .map(e -> new MetricCardinality(e.getKey().tenant(), e.getKey().metric(), e.getValue()))
            .sorted(Comparator.comparingLong(MetricCardinality::series).reversed())
            .toList();
    return new SeriesCounts.Counted(new StoreStats(0, 0, 0), metrics, whole);
  }

  private void set(TenantId tenant, String metric, long count) {
    series.put(LimitUse.Key.ofSeries(tenant, metric), count);
  }

  private SeriesReading lookAt(String time) {
    now.set(Instant.parse("2026-03-" + time + "Z"));
    return watch.look().orElseThrow();
  }

  private static Optional<Growth> growth(SeriesReading reading) {
    return reading.tenants().get(A).largest().getFirst().growth();
  }

  @Test
  void look_countsByTenant_largestFirst() {
    for (int i = 1; i <= 12; i++) {
      set(A, "m" + i, i);
    }
    set(B, "m1", 900);
    SeriesReading reading = watch.look().orElseThrow();
    assertThat(reading.tenants()).containsOnlyKeys(A, B);
    TenantSeries ofA = reading.tenants().get(A);
    assertThat(ofA.metrics().use()).isEqualTo(new LimitUse(LimitUse.Key.ofMetrics(A), 12, 50));
    assertThat(ofA.largest()).hasSize(SeriesWatch.SHOWN_PER_TENANT_MAX);
    assertThat(ofA.largest().getFirst().use())
        .isEqualTo(new LimitUse(LimitUse.Key.ofSeries(A, "m12"), 12, 1_000));
    assertThat(ofA.near()).isEmpty();
    assertThat(reading.tenants().get(B).near())
        .containsExactly(new LimitUse(LimitUse.Key.ofSeries(B, "m1"), 900, 1_000));
    assertThat(reading.largest())
        .hasSize(13)
        .first()
        .isEqualTo(new MetricCardinality(B, "m1", 900));
  }

  @Test
  void look_asksTheStoreOncePerInterval() {
    set(A, "m", 1);
    watch.look();
    set(A, "m", 2);
    now.set(START.plusMillis(9_999));
    assertThat(watch.look().orElseThrow().largest().getFirst().series()).isEqualTo(1);
    assertThat(counted).isEqualTo(1);
    now.set(START.plusMillis(10_000));
    assertThat(watch.look().orElseThrow().largest().getFirst().series()).isEqualTo(2);
    now.set(START.minusSeconds(3_600));
    watch.look();
    assertThat(counted).as("a clock set back does not stop it").isEqualTo(3);
  }

  @Test
  void look_storeAway_isEmpty_alsoOncePerInterval() {
    away = true;
    assertThat(watch.look()).isEmpty();
    assertThat(watch.look()).isEmpty();
    assertThat(counted).isEqualTo(1);
    away = false;
    now.set(START.plusSeconds(10));
    assertThat(watch.look()).isPresent();
  }

  /** Near stays near while the store is away in between: the warning is not repeated. */
  @Test
  void look_hysteresis_holdsOverLooks() {
    set(A, "m", 800);
    assertThat(lookAt("01T12:00:00").tenants().get(A).near()).hasSize(1);
    away = true;
    now.set(Instant.parse("2026-03-01T12:01:00Z"));
    assertThat(watch.look()).isEmpty();
    away = false;
    set(A, "m", 750);
    assertThat(lookAt("01T12:02:00").tenants().get(A).near()).hasSize(1);
    set(A, "m", 749);
    assertThat(lookAt("01T12:03:00").tenants().get(A).near()).isEmpty();
    seriesMax = 936;
    assertThat(lookAt("01T12:04:00").tenants().get(A).near()).hasSize(1);
  }

  @Test
  void look_whileAnotherLooks_getsWhatWasSeen() throws InterruptedException {
    set(A, "m", 1);
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    AtomicReference<SeriesCounts> source = new AtomicReference<>(this::count);
    SeriesWatch slow =
        new SeriesWatch(
            () -> source.get().count(), tenant -> limits(), Duration.ofSeconds(10), now::get);
    slow.look();
    source.set(
        () -> {
          asked.countDown();
          awaitQuietly(answer);
          return count();
        });
    now.set(START.plusSeconds(60));
    Thread other = Thread.ofVirtual().start(slow::look);
    asked.await();
    assertThat(slow.look().orElseThrow().at()).isEqualTo(START);
    answer.countDown();
    other.join();
    assertThat(slow.look().orElseThrow().at()).isEqualTo(START.plusSeconds(60));
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void growth_needsAnHour() {
    set(A, "m", 100);
    assertThat(growth(lookAt("01T12:20:00"))).isEmpty();
    set(A, "m", 160);
    assertThat(growth(lookAt("01T13:19:50"))).isEmpty();
    Growth growth = growth(lookAt("01T13:20:00")).orElseThrow();
    assertThat(growth.from()).isEqualTo(START);
    assertThat(growth.gained()).isEqualTo(60);
    assertThat(growth.perDay()).isEqualTo(60 * 24.0);
    // 840 are left, at 60 an hour.
    assertThat(growth.reaches(840)).hasValue(Instant.parse("2026-03-02T03:20:00Z"));
  }

  @Test
  void growth_isOfTheLast24Hours() {
    for (int hour = 0; hour < 24; hour++) {
      set(A, "m", 100 + hour);
      lookAt("01T%02d:00:00".formatted(hour));
    }
    set(A, "m", 148);
    assertThat(growth(lookAt("02T00:00:00")).orElseThrow().from())
        .isEqualTo(Instant.parse("2026-03-01T00:00:00Z"));
    set(A, "m", 149);
    Growth growth = growth(lookAt("02T00:30:00")).orElseThrow();
    assertThat(growth.from()).isEqualTo(Instant.parse("2026-03-01T01:00:00Z"));
    assertThat(growth.gained()).isEqualTo(48);
  }

  @Test
  void growth_ofWhatShrinksOrStays_isNone() {
    set(A, "m", 100);
    lookAt("01T12:00:00");
    assertThat(growth(lookAt("01T14:00:00"))).isEmpty();
    set(A, "m", 99);
    assertThat(growth(lookAt("01T16:00:00"))).isEmpty();
    set(A, "m", 101);
    assertThat(growth(lookAt("01T18:00:00"))).isPresent();
  }

  /** A clock that was wrong must not leave counts of the future. */
  @Test
  void growth_clockSetBack_beginsAnew() {
    set(A, "m", 100);
    lookAt("05T12:00:00");
    set(A, "m", 200);
    assertThat(growth(lookAt("01T12:00:00"))).isEmpty();
    set(A, "m", 300);
    assertThat(growth(lookAt("01T13:00:00")).orElseThrow().gained()).isEqualTo(100);
  }

  @Test
  void growth_ofMetrics_isToldToo() {
    set(A, "m", 1);
    lookAt("01T12:00:00");
    set(A, "m2", 1);
    assertThat(lookAt("01T18:00:00").tenants().get(A).metrics().growth().orElseThrow().perDay())
        .isEqualTo(4);
  }

  @Test
  void growth_tooManyMetrics_whoIsNearestIsCounted() {
    for (int i = 0; i < HourlyCounts.KEPT_MAX + 10; i++) {
      set(new TenantId("t" + i), "m", 1);
    }
    set(A, "m", 100);
    set(B, "m", 2);
    lookAt("01T12:00:00");
    set(A, "m", 200);
    SeriesReading reading = lookAt("01T13:00:00");
    assertThat(growth(reading)).isPresent();
    assertThat(reading.tenants()).hasSize(HourlyCounts.KEPT_MAX + 12);
  }

  @Test
  void reaches_roundsUp_andEndsSomewhere() {
    Growth growth = new Growth(START, START.plusSeconds(3_600), 7);
    assertThat(growth.reaches(0)).isEmpty();
    // 3 600 000 ms ÷ 7 are 514 285.7.
    assertThat(growth.reaches(1)).hasValue(START.plusSeconds(3_600).plusMillis(514_286));
    assertThat(growth.reaches(7)).hasValue(START.plusSeconds(7_200));
    long tenYears = 3_650L * 24 * 7;
    assertThat(growth.reaches(tenYears - 1)).isPresent();
    assertThat(growth.reaches(tenYears)).isEmpty();
    assertThat(growth.reaches(Long.MAX_VALUE)).isEmpty();
  }
}

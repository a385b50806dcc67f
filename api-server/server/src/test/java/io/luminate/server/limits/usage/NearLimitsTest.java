// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits.usage;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.luminate.model.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class NearLimitsTest {
  private static final TenantId A = new TenantId("a");
  private static final TenantId B = new TenantId("b");

  private final Logger log = (Logger) LoggerFactory.getLogger(NearLimits.class);
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
  private Instant now = Instant.EPOCH;
  private final NearLimits<LimitUse> limits = new NearLimits<>(Duration.ZERO, () -> now);

  @BeforeEach
  void listen() {
    logged.start();
    log.setAdditive(false);
    log.addAppender(logged);
  }

  @AfterEach
  void stopListening() {
    log.detachAppender(logged);
    log.setAdditive(true);
  }

  private static LimitUse series(TenantId tenant, String metric, long used, long max) {
    return new LimitUse(LimitUse.Key.ofSeries(tenant, metric), used, max);
  }

  private boolean isNear(long used, long max) {
    return !limits.look(List.of(series(A, "m", used, max))).isEmpty();
  }

  private List<String> warnings() {
    assertThat(logged.list).allMatch(event -> event.getLevel() == Level.WARN);
    return logged.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void look_comesAt80_andGoesBelow75() {
    assertThat(isNear(799, 1_000)).isFalse();
    assertThat(warnings()).isEmpty();
    assertThat(isNear(800, 1_000)).isTrue();
    assertThat(warnings())
        .containsExactly(
            "tenant a has 800 series of metric m, near its limit:"
                + " max_unique_series_per_metric is 1000");
    assertThat(isNear(1_200, 1_000)).isTrue();
    assertThat(isNear(799, 1_000)).isTrue();
    assertThat(isNear(750, 1_000)).isTrue();
    assertThat(isNear(800, 1_000)).isTrue();
    assertThat(warnings()).hasSize(1);
    assertThat(isNear(749, 1_000)).isFalse();
    assertThat(isNear(799, 1_000)).isFalse();
    assertThat(warnings()).hasSize(1);
    assertThat(isNear(800, 1_000)).isTrue();
    assertThat(warnings()).hasSize(2);
  }

  /** Four fifths of 7 are 5.6, three quarters 5.25. */
  @Test
  void look_unevenLimit_isExact() {
    assertThat(isNear(5, 7)).isFalse();
    assertThat(isNear(6, 7)).isTrue();
    assertThat(isNear(5, 7)).isFalse();
  }

  @Test
  void look_largestLimit_doesNotOverflow() {
    assertThat(isNear(799_999_999_999_999L, 1_000_000_000_000_000L)).isFalse();
    assertThat(isNear(800_000_000_000_000L, 1_000_000_000_000_000L)).isTrue();
  }

  @Test
  void look_limitOfNothing_isNearOnceSomethingIsUsed() {
    assertThat(isNear(0, 0)).isFalse();
    assertThat(isNear(1, 0)).isTrue();
    assertThat(isNear(0, 0)).isFalse();
  }

  /** A limit that is lowered is as good as use that grows. */
  @Test
  void look_limitChanged_countsAtOnce() {
    assertThat(isNear(100, 1_000)).isFalse();
    assertThat(isNear(100, 125)).isTrue();
    assertThat(isNear(100, 133)).isTrue();
    assertThat(isNear(100, 134)).isFalse();
    assertThat(warnings()).hasSize(1);
  }

  @Test
  void look_eachForItself_andGoneIsFar() {
    LimitUse metrics = new LimitUse(LimitUse.Key.ofMetrics(A), 9, 10);
    List<LimitUse> all = List.of(metrics, series(A, "m", 8, 10), series(B, "m", 8, 10));
    assertThat(limits.look(all)).isEqualTo(all);
    assertThat(warnings())
        .containsExactly(
            "tenant a has 9 metrics, near its limit: max_metrics_per_tenant is 10",
            "tenant a has 8 series of metric m, near its limit:"
                + " max_unique_series_per_metric is 10",
            "tenant b has 8 series of metric m, near its limit:"
                + " max_unique_series_per_metric is 10");
    assertThat(limits.look(List.of(metrics))).containsExactly(metrics);
    assertThat(limits.look(all)).isEqualTo(all);
    assertThat(warnings()).hasSize(5);
  }

  @Test
  void look_thousandsAtOnce_doNotFloodTheLog() {
    List<LimitUse> all =
        IntStream.range(0, NearLimits.WARNINGS_MAX + 7)
            .mapToObj(i -> series(A, "m" + i, 9, 10))
            .toList();
    assertThat(limits.look(all)).hasSameSizeAs(all);
    assertThat(warnings())
        .hasSize(NearLimits.WARNINGS_MAX + 1)
        .last()
        .isEqualTo("7 more are near their limits");
    limits.look(all);
    assertThat(warnings()).hasSize(NearLimits.WARNINGS_MAX + 1);
  }

  /** What comes and goes all the time is named now and then. */
  @Test
  void look_withSilence_warnsOnceInIt() {
    NearLimits<LimitUse> quiet = new NearLimits<>(Duration.ofHours(1), () -> now);
    List<LimitUse> full = List.of(series(A, "m", 9, 10));
    for (int minute = 0; minute < 60; minute++) {
      now = Instant.EPOCH.plus(Duration.ofMinutes(minute));
      assertThat(quiet.look(full)).isEqualTo(full);
      assertThat(quiet.look(List.of())).isEmpty();
    }
    assertThat(warnings()).hasSize(1);
    quiet.look(List.of(series(B, "m", 9, 10)));
    assertThat(warnings()).hasSize(2);
    now = Instant.EPOCH.plus(Duration.ofHours(1));
    quiet.look(full);
    assertThat(warnings()).hasSize(3);
  }
}

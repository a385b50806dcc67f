// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenBucketTest {
  private static final long SECOND = 1_000_000_000L;

  private static Taken take(TokenBucket bucket, long tokens, Rate rate, long nowNanos) {
    return bucket.take(tokens, rate, nowNanos).orElseThrow();
  }

  @Test
  void take_full_grantsCapacityAndNoMore() {
    Rate rate = Rate.of(100, 1);
    TokenBucket bucket = new TokenBucket(rate, 0);
    assertThat(take(bucket, 101, rate, 0).granted()).isFalse();
    assertThat(take(bucket, 100, rate, 0)).isEqualTo(new Taken(rate, true, 0, 0, SECOND));
    assertThat(take(bucket, 1, rate, 0)).isEqualTo(new Taken(rate, false, 0, SECOND / 100, SECOND));
  }

  /** The very nanosecond, whether the bucket was looked at in between or not. */
  @ParameterizedTest
  @ValueSource(longs = {1, 3, 7, 100, 999_999_937})
  void take_empty_grantsNextTokenWhenItIsThere(long perSecond) {
    Rate rate = Rate.of(perSecond, 1);
    long nanosPerToken = Math.ceilDiv(SECOND, perSecond);
    TokenBucket bucket = new TokenBucket(rate, 0);
    assertThat(take(bucket, perSecond, rate, 0).granted()).isTrue();
    long enough = take(bucket, 1, rate, 0).enoughInNanos();
    assertThat(enough).isEqualTo(nanosPerToken);
    for (long t = Math.max(0, enough - 50); t < enough; t++) {
      assertThat(take(bucket, 1, rate, t).granted()).as("at %d", t).isFalse();
    }
    assertThat(take(bucket, 1, rate, enough).granted()).isTrue();
  }

  @Test
  void take_zeroRate_refusesAlwaysAndSaysNever() {
    Rate none = Rate.of(0, 1);
    TokenBucket bucket = new TokenBucket(none, 0);
    assertThat(take(bucket, 1, none, 5 * SECOND))
        .isEqualTo(new Taken(none, false, 0, Taken.NEVER, 0));
  }

  @Test
  void take_moreThanCapacity_isNever() {
    Rate rate = Rate.of(10, 1);
    assertThat(take(new TokenBucket(rate, 0), 11, rate, 0).enoughInNanos()).isEqualTo(Taken.NEVER);
  }

  @Test
  void take_sharers_divideTheRefillOnly() {
    Rate rate = Rate.of(90, 3);
    TokenBucket bucket = new TokenBucket(rate, 0);
    assertThat(take(bucket, 90, rate, 0).granted()).isTrue();
    assertThat(take(bucket, 0, rate, SECOND).remaining()).isEqualTo(30);
    assertThat(take(bucket, 0, rate, 10 * SECOND).remaining()).isEqualTo(90);
    assertThat(rate.share()).isEqualTo(30);
  }

  @Test
  void take_rateLowered_cutsTokensAtOnce_raised_keepsThem() {
    TokenBucket bucket = new TokenBucket(Rate.of(1_000, 1), 0);
    assertThat(take(bucket, 0, Rate.of(10, 1), 0).remaining()).isEqualTo(10);
    assertThat(take(bucket, 0, Rate.of(1_000, 1), 0).remaining()).isEqualTo(10);
    assertThat(take(bucket, 0, Rate.of(1_000, 1), SECOND / 10).remaining()).isEqualTo(110);
  }

  @Test
  void take_timeGoesBack_isNoTime() {
    Rate rate = Rate.of(10, 1);
    TokenBucket bucket = new TokenBucket(rate, 0);
    assertThat(take(bucket, 10, rate, SECOND).granted()).isTrue();
    assertThat(take(bucket, 1, rate, 0).granted()).isFalse();
    assertThat(take(bucket, 1, rate, SECOND + SECOND / 10).granted()).isTrue();
  }

  @Test
  void take_yearsLater_isFull() {
    Rate rate = Rate.atLeast(Rate.PER_SECOND_MAX, Rate.PER_SECOND_MAX, 1);
    TokenBucket bucket = new TokenBucket(rate, -SECOND);
    assertThat(take(bucket, Rate.PER_SECOND_MAX, rate, 0).granted()).isTrue();
    assertThat(take(bucket, Rate.PER_SECOND_MAX, rate, Long.MAX_VALUE / 2).granted()).isTrue();
    Rate slow = new Rate(1, Rate.PER_SECOND_MAX, 1_000);
    TokenBucket shared = new TokenBucket(slow, 0);
    assertThat(take(shared, Rate.PER_SECOND_MAX, slow, 0).granted()).isTrue();
    assertThat(take(shared, 0, slow, 100_000 * SECOND).remaining()).isEqualTo(100);
  }

  /** Against exact arithmetic, requests at random times. */
  @Test
  void take_random_neverGrantsMoreOrLessThanRefilled() {
    for (long seed = 1; seed <= 300; seed++) {
      Random random = new Random(seed);
      Rate rate = new Rate(1 + random.nextInt(20_000), 1 + random.nextInt(30_000), 1);
      TokenBucket bucket = new TokenBucket(rate, 0);
      BigInteger billion = BigInteger.valueOf(SECOND);
      BigInteger capacity = BigInteger.valueOf(rate.capacity()).multiply(billion);
      BigInteger level = capacity;
      long now = 0;
      for (int i = 0; i < 500; i++) {
        long elapsed = (long) Math.pow(10, random.nextDouble() * 10);
        now += elapsed;
        level =
            level
                .add(BigInteger.valueOf(rate.perSecond()).multiply(BigInteger.valueOf(elapsed)))
                .min(capacity);
        long tokens = random.nextInt((int) rate.capacity() + 1);
        boolean granted = level.divide(billion).longValueExact() >= tokens;
        if (granted) {
          level = level.subtract(BigInteger.valueOf(tokens).multiply(billion));
        }
        Taken taken = take(bucket, tokens, rate, now);
        assertThat(taken.granted()).as("seed %d step %d", seed, i).isEqualTo(granted);
        assertThat(taken.remaining())
            .as("seed %d step %d", seed, i)
            .isEqualTo(level.divide(billion).longValueExact());
      }
    }
  }

  @Test
  void take_manyThreads_grantExactlyWhatIsThere() throws InterruptedException {
    Rate rate = Rate.of(100_000, 1);
    TokenBucket bucket = new TokenBucket(rate, 0);
    AtomicLong granted = new AtomicLong();
    CountDownLatch go = new CountDownLatch(1);
    Thread[] threads = new Thread[4];
    for (int t = 0; t < threads.length; t++) {
      threads[t] =
          Thread.ofPlatform()
              .start(
                  () -> {
                    awaitQuietly(go);
                    for (int i = 0; i < 50_000; i++) {
                      granted.addAndGet(take(bucket, 1, rate, 0).granted() ? 1 : 0);
                    }
                  });
    }
    go.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(granted).hasValue(100_000);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static double used(TokenBucket bucket, Rate rate, long nowNanos) {
    return bucket.use(rate, nowNanos).orElseThrow().perSecond();
  }

  @Test
  void use_isWhatWasGrantedInTheLastMinute() {
    Rate rate = Rate.of(30, 1);
    TokenBucket bucket = new TokenBucket(rate, 0);
    assertThat(take(bucket, 30, rate, 10 * SECOND).granted()).isTrue();
    assertThat(take(bucket, 30, rate, 10 * SECOND).granted()).isFalse();
    assertThat(used(bucket, rate, 10 * SECOND)).isEqualTo(0.5);
    assertThat(used(bucket, rate, 60 * SECOND - 1)).isEqualTo(0.5);
    assertThat(used(bucket, rate, 60 * SECOND)).isEqualTo(0.5);
    assertThat(used(bucket, rate, 90 * SECOND)).isEqualTo(0.25);
    assertThat(used(bucket, rate, 105 * SECOND)).isEqualTo(0.125);
    assertThat(used(bucket, rate, 120 * SECOND - 1)).isPositive();
    assertThat(used(bucket, rate, 120 * SECOND)).isZero();
    assertThat(take(bucket, 6, rate, 90 * SECOND).granted()).isTrue();
    assertThat(used(bucket, rate, 90 * SECOND)).isEqualTo(0.25 + 0.1);
    assertThat(used(bucket, rate, 120 * SECOND)).isEqualTo(0.1);
  }

  @Test
  void use_looksAndTakesNothing() {
    Rate rate = Rate.of(10, 1);
    TokenBucket bucket = new TokenBucket(rate, 0);
    assertThat(take(bucket, 10, rate, 0).granted()).isTrue();
    assertThat(bucket.use(rate, SECOND)).hasValue(new Use(rate, 10 / 60.0, 10));
    assertThat(take(bucket, 0, rate, SECOND / 2).remaining()).isEqualTo(5);
  }

  /** Who takes one every so often is told just that, wherever the minutes begin. */
  @Test
  void use_even_isTheRate() {
    Rate rate = Rate.of(100, 1);
    TokenBucket bucket = new TokenBucket(rate, -200 * SECOND);
    for (long t = -200 * SECOND; t < 200 * SECOND; t += SECOND / 4) {
      assertThat(take(bucket, 1, rate, t).granted()).isTrue();
      if (t >= -80 * SECOND) {
        // The one just taken may stand on the edge of the minute.
        assertThat(used(bucket, rate, t)).as("at %d", t).isBetween(4.0, 4.0 + 1.01 / 60);
      }
    }
  }

  /** Against sums over all that was granted, by the minute. */
  @Test
  void use_random_isTheSumOfTheMinutes() {
    for (long seed = 1; seed <= 200; seed++) {
      Random random = new Random(seed);
      Rate rate = new Rate(1 + random.nextInt(1_000), 1 + random.nextInt(2_000), 1);
      Map<Long, Long> takenByMinute = new HashMap<>();
      long now = -random.nextLong(500 * SECOND);
      TokenBucket bucket = new TokenBucket(rate, now);
      for (int i = 0; i < 200; i++) {
        now += (long) Math.pow(10, random.nextDouble() * 11);
        long tokens = random.nextInt((int) rate.capacity() + 1);
        long minute = Math.floorDiv(now, TokenBucket.USE_NANOS);
        if (take(bucket, tokens, rate, now).granted()) {
          takenByMinute.merge(minute, tokens, Long::sum);
        }
        double passed = Math.floorMod(now, TokenBucket.USE_NANOS) / (double) TokenBucket.USE_NANOS;
        double expected =
            takenByMinute.getOrDefault(minute - 1, 0L) * (1 - passed)
                + takenByMinute.getOrDefault(minute, 0L);
        assertThat(used(bucket, rate, now))
            .as("seed %d step %d", seed, i)
            .isCloseTo(expected / 60, within(1e-9 * (1 + expected)));
      }
    }
  }

  @Test
  void retireIfIdle_fullAndUnused_andForGood() {
    Rate rate = Rate.of(10, 1);
    TokenBucket bucket = new TokenBucket(rate, 0);
    assertThat(take(bucket, 1, rate, 0).granted()).isTrue();
    assertThat(bucket.retireIfIdle(rate, SECOND)).as("full, but used").isFalse();
    assertThat(bucket.retireIfIdle(rate, 120 * SECOND - 1)).isFalse();
    assertThat(bucket.retireIfIdle(rate, 120 * SECOND)).isTrue();
    assertThat(bucket.take(1, rate, 121 * SECOND)).isEmpty();
    assertThat(bucket.use(rate, 121 * SECOND)).isEmpty();
  }

  @Test
  void retireIfIdle_unusedButNotFull_stays() {
    Rate slow = new Rate(1, 1_000, 1);
    TokenBucket bucket = new TokenBucket(slow, 0);
    assertThat(take(bucket, 1_000, slow, 0).granted()).isTrue();
    assertThat(bucket.retireIfIdle(slow, 1_000 * SECOND - 1)).isFalse();
    assertThat(bucket.retireIfIdle(slow, 1_000 * SECOND)).isTrue();
  }
}

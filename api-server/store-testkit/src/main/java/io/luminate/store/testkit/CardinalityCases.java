// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import static io.luminate.store.testkit.Answers.assertRows;
import static io.luminate.store.testkit.Answers.row;
import static io.luminate.store.testkit.StoreFixture.ACME;
import static io.luminate.store.testkit.StoreFixture.DAY;
import static io.luminate.store.testkit.StoreFixture.GLOBEX;
import static io.luminate.store.testkit.StoreFixture.NOW;
import static io.luminate.store.testkit.StoreFixture.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.Dimensions;
import io.luminate.model.RetentionPolicies;
import io.luminate.model.RetentionRules;
import io.luminate.model.TenantId;
import io.luminate.store.AggregateRow;
import io.luminate.store.Aggregation;
import io.luminate.store.DeleteRequest;
import io.luminate.store.PointBatch;
import io.luminate.store.SeriesAdmission;
import io.luminate.store.SeriesAdmission.Admitted;
import io.luminate.store.SeriesAdmission.Reason;
import io.luminate.store.SeriesAdmission.Refused;
import io.luminate.store.SeriesLimits;
import io.luminate.store.SeriesLimits.Overflow;
import io.luminate.store.SeriesName;
import io.luminate.store.SeriesRequest;
import io.luminate.store.WriteRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** At a limit existing series keep flowing, and new ones alone are refused. */
public interface CardinalityCases extends ContractCases {
  private static SeriesLimits series(long max) {
    return new SeriesLimits(max, 1_000, Overflow.REJECT);
  }

  private static SeriesLimits metrics(long max) {
    return new SeriesLimits(1_000, max, Overflow.REJECT);
  }

  private static SeriesName name(String metric, String... dimensions) {
    return new SeriesName(metric, Dimensions.of(dimensions));
  }

  private static SeriesName customer(int number) {
    return name("m", "customer", "c" + number, "region", "eu");
  }

  private SeriesAdmission ask(TenantId tenant, SeriesLimits limits, SeriesName series) {
    return given().store().admit(new SeriesRequest(tenant, List.of(series), limits)).getFirst();
  }

  /** Whether a point came in; then it is stored. */
  private boolean put(TenantId tenant, SeriesLimits limits, SeriesName series) {
    if (!(ask(tenant, limits, series) instanceof Admitted admitted)) {
      return false;
    }
    PointBatch batch = new PointBatch(tenant, 1);
    batch.add(admitted.handle(), T0, 1);
    given().store().write(WriteRequest.unkeyed(batch));
    return true;
  }

  private void fill(TenantId tenant, int seriesCount) {
    for (int i = 0; i < seriesCount; i++) {
      SeriesName one = customer(i);
      given().addFor(tenant, one.metricName(), T0, 1, "customer", "c" + i, "region", "eu");
    }
    given().store();
  }

  @Test
  default void seriesLimit_oneBelow_lastOneFits_nextIsRefused() {
    fill(ACME, 4);
    assertThat(put(ACME, series(5), customer(4))).isTrue();
    Refused refused = (Refused) ask(ACME, series(5), customer(5));
    assertThat(refused.reason()).isEqualTo(Reason.SERIES);
    assertThat(refused.details())
        .containsEntry("metric_name", "m")
        .containsEntry("limit", "max_unique_series_per_metric")
        .containsEntry("value", 5L)
        .containsEntry("current", 5L)
        .containsEntry("fastest_growing_dimension", "customer");
    assertThat(refused.message()).contains("metric m has 5 series, and may have 5", "customer");
  }

  @Test
  default void seriesLimit_reached_existingKeepFlowing() {
    fill(ACME, 5);
    for (int i = 0; i < 5; i++) {
      assertThat(put(ACME, series(5), customer(i))).as("series %d", i).isTrue();
    }
    assertThat(put(ACME, series(5), customer(5))).isFalse();
    assertThat(put(ACME, series(5), name("other", "customer", "c5"))).isTrue();
  }

  @Test
  default void seriesLimit_loweredBelowWhatIsThere_existingKeepFlowing() {
    fill(ACME, 5);
    assertThat(put(ACME, series(2), customer(4))).isTrue();
    assertThat(put(ACME, series(2), customer(0))).isTrue();
    assertThat(put(ACME, series(2), customer(5))).isFalse();
    assertThat(((Refused) ask(ACME, series(2), customer(5))).details())
        .containsEntry("current", 5L)
        .containsEntry("value", 2L);
  }

  @Test
  default void seriesLimit_raised_refusedOnesComeIn() {
    fill(ACME, 2);
    assertThat(put(ACME, series(2), customer(2))).isFalse();
    assertThat(put(ACME, series(3), customer(2))).isTrue();
    assertThat(put(ACME, series(3), customer(3))).isFalse();
  }

  @Test
  default void seriesLimit_zero_refusesAllNew() {
    assertThat(put(ACME, series(0), customer(0))).isFalse();
    assertThat(given().ask("m").metrics()).isEmpty();
    fill(ACME, 1);
    assertThat(put(ACME, series(0), customer(0))).isTrue();
    assertThat(put(ACME, series(0), customer(1))).isFalse();
  }

  @Test
  default void seriesLimit_oneRequest_isAnsweredInOrder_repeatedSeriesCountOnce() {
    fill(ACME, 1);
    List<SeriesName> asked =
        List.of(customer(1), customer(0), customer(1), customer(2), customer(3), customer(2));
    List<SeriesAdmission> answers =
        given().store().admit(new SeriesRequest(ACME, asked, series(3)));
    assertThat(answers)
        .extracting(Admitted.class::isInstance)
        .containsExactly(true, true, true, true, false, true);
    assertThat(answers.get(0)).isEqualTo(answers.get(2));
    assertThat(answers.get(3)).isEqualTo(answers.get(5)).isNotEqualTo(answers.get(0));
  }

  @Test
  default void seriesLimit_letInAndNotWrittenYet_counts() {
    assertThat(ask(ACME, series(2), customer(0))).isInstanceOf(Admitted.class);
    assertThat(ask(ACME, series(2), customer(1))).isInstanceOf(Admitted.class);
    assertThat(ask(ACME, series(2), customer(2))).isInstanceOf(Refused.class);
    assertThat(ask(ACME, series(2), customer(0))).isInstanceOf(Admitted.class);
  }

  @Test
  default void seriesLimit_manyThreads_neverOneTooMany() throws Exception {
    int threads = 8;
    List<Callable<Long>> tasks = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int first = t * 50;
      tasks.add(
          () ->
              IntStream.range(first, first + 100)
                  .filter(i -> ask(ACME, series(120), customer(i)) instanceof Refused)
                  .count());
    }
    given().store();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      for (Future<Long> done : pool.invokeAll(tasks)) {
        assertThat(done.get()).isBetween(0L, 100L);
      }
    }
    long in =
        IntStream.range(0, 450)
            .filter(i -> ask(ACME, series(0), customer(i)) instanceof Admitted)
            .count();
    assertThat(in).isEqualTo(120);
  }

  @Test
  default void seriesLimit_afterRetention_thereIsRoomAgain() {
    fill(ACME, 3);
    assertThat(put(ACME, series(3), customer(3))).isFalse();
    given().clock().advance(Duration.ofDays(31));
    assertThat(ask(ACME, series(3), customer(3))).isInstanceOf(Admitted.class);
    given().store().enforceRetention();
    assertThat(ask(ACME, series(3), customer(4))).isInstanceOf(Admitted.class);
    assertThat(ask(ACME, series(3), customer(5))).isInstanceOf(Admitted.class);
    assertThat(ask(ACME, series(3), customer(0))).isInstanceOf(Refused.class);
  }

  @Test
  default void seriesLimit_retentionLonger_countsWhatIsSeenAgain() {
    given().add("m", NOW - 3 * DAY, 1, "customer", "old").add("m", NOW, 1, "customer", "new");
    given()
        .store()
        .applyRetention(RetentionRules.configured(RetentionPolicies.keepFor(Duration.ofDays(1))));
    SeriesName another = name("m", "customer", "another");
    assertThat(ask(ACME, series(1), another)).isInstanceOf(Refused.class);
    given()
        .store()
        .applyRetention(RetentionRules.configured(RetentionPolicies.keepFor(Duration.ofDays(10))));
    assertThat(((Refused) ask(ACME, series(2), another)).details()).containsEntry("current", 2L);
  }

  @Test
  default void seriesLimit_afterDelete_thereIsRoomAgain() {
    fill(ACME, 3);
    given().add("m", T0 + 10, 1, "customer", "c0", "region", "eu").store();
    assertThat(put(ACME, series(3), customer(3))).isFalse();
    given().store().deleteBefore(DeleteRequest.of(ACME, "m", T0 + 1));
    assertThat(ask(ACME, series(2), customer(3))).isInstanceOf(Admitted.class);
    assertThat(ask(ACME, series(2), customer(0))).isInstanceOf(Admitted.class);
    assertThat(ask(ACME, series(2), customer(1))).isInstanceOf(Refused.class);
  }

  @Test
  default void metricsLimit_lastOneFits_nextIsRefused_existingTakeNewSeries() {
    given().add("a", T0, 1).add("b", T0, 1).store();
    assertThat(put(ACME, metrics(3), name("c"))).isTrue();
    Refused refused = (Refused) ask(ACME, metrics(3), name("d"));
    assertThat(refused.reason()).isEqualTo(Reason.METRICS);
    assertThat(refused.details())
        .containsEntry("limit", "max_metrics_per_tenant")
        .containsEntry("value", 3L)
        .containsEntry("current", 3L);
    assertThat(put(ACME, metrics(3), name("a", "k", "new"))).isTrue();
    assertThat(put(ACME, metrics(1), name("b", "k", "new"))).isTrue();
    assertThat(put(ACME, metrics(0), name("c"))).isTrue();
    assertThat(put(ACME, metrics(0), name("e"))).isFalse();
    assertThat(put(ACME, metrics(4), name("d"))).isTrue();
    assertThat(given().ask("a").metrics()).containsExactly("a", "b", "c", "d");
  }

  @Test
  default void metricsLimit_afterDeleteAndRetention_thereIsRoomAgain() {
    given().add("a", T0, 1).add("b", T0, 1).store();
    assertThat(put(ACME, metrics(2), name("c"))).isFalse();
    given().store().deleteBefore(DeleteRequest.of(ACME, "a", T0 + 1));
    assertThat(put(ACME, metrics(2), name("c"))).isTrue();
    assertThat(ask(ACME, metrics(2), name("a"))).isInstanceOf(Refused.class);
    given().clock().advance(Duration.ofDays(31));
    assertThat(ask(ACME, metrics(2), name("d"))).isInstanceOf(Admitted.class);
    assertThat(ask(ACME, metrics(2), name("e"))).isInstanceOf(Admitted.class);
    assertThat(ask(ACME, metrics(2), name("f"))).isInstanceOf(Refused.class);
  }

  @Test
  default void limits_ofTwoTenants_areApart() {
    fill(ACME, 3);
    fill(GLOBEX, 1);
    assertThat(put(ACME, series(3), customer(3))).isFalse();
    assertThat(put(GLOBEX, series(3), customer(3))).isTrue();
    assertThat(put(GLOBEX, metrics(2), name("n"))).isTrue();
    assertThat(put(GLOBEX, metrics(2), name("o"))).isFalse();
    assertThat(put(ACME, metrics(2), name("o"))).isTrue();
  }

  @Test
  default void limits_afterRestart_areTheSame() {
    fill(ACME, 3);
    given().settle(Stage.REOPENED);
    assertThat(put(ACME, series(3), customer(3))).isFalse();
    assertThat(put(ACME, series(3), customer(2))).isTrue();
    assertThat(put(ACME, metrics(1), name("n"))).isFalse();
    assertThat(put(ACME, series(4), customer(3))).isTrue();
  }

  /** Whatever is folded, sums over all series stay those of the points that came. */
  @Test
  default void fold_randomSeries_ungroupedAnswersStayExact() {
    try {
      foldRandomSeries(new Random(MetricsStoreContract.FIRST_SEED));
    } catch (AssertionError e) {
      throw new AssertionError("with seed " + MetricsStoreContract.FIRST_SEED, e);
    }
  }

  private void foldRandomSeries(Random random) {
    SeriesLimits limits = new SeriesLimits(5, 1_000, Overflow.FOLD);
    int folded = 0;
    double[] values = new double[100];
    PointBatch batch = new PointBatch(ACME, 100);
    for (int i = 0; i < 100; i++) {
      SeriesName series =
          name("m", "customer", "c" + random.nextInt(60), "region", "r" + random.nextInt(3));
      double value = random.nextInt(1_000);
      values[i] = value;
      switch (ask(ACME, limits, series)) {
        case Admitted admitted -> batch.add(admitted.handle(), T0 + i, value);
        case SeriesAdmission.Folded fold -> {
          batch.add(fold.handle(), T0 + i, value);
          folded++;
        }
        case Refused refused -> throw new AssertionError(refused.message());
      }
    }
    given().store().write(WriteRequest.unkeyed(batch));
    assertThat(folded).as("folded points").isBetween(50, 95);
    IntStream.range(0, values.length).forEach(i -> given().add("whole", T0 + i, values[i]));
    for (Aggregation aggregation : Aggregation.values()) {
      if (aggregation != Aggregation.INTEGRAL) {
        assertRows(
            given().ask("m").rows(aggregation),
            given().ask("whole").rows(aggregation).toArray(AggregateRow[]::new));
      }
    }
    assertThat(given().ask("m").every(StoreFixture.MINUTE).rate().stats().overflowSeriesLeftOut())
        .as("series left out of a rate")
        .isBetween(1L, 6L);
    assertThat(given().ask("m").where("customer", SeriesLimits.OVERFLOW_VALUE).points().points())
        .hasSize(folded);
    // As many again as there may be others, and one of which every dimension is folded.
    assertThat(given().store().stats(ACME).series() - 1).isBetween(6L, 11L);
  }

  /** Both keys bring a new value with each series, and one folded series has room. */
  @Test
  default void fold_roomUsedUp_allOverflowSeriesIsLetIn() {
    SeriesLimits limits = new SeriesLimits(1, 1_000, Overflow.FOLD);
    assertThat(ask(ACME, limits, pair(0))).isInstanceOf(Admitted.class);
    PointBatch batch = new PointBatch(ACME, 20);
    for (int i = 1; i <= 20; i++) {
      SeriesAdmission answer = ask(ACME, limits, pair(i));
      assertThat(answer).as("series %d", i).isInstanceOf(SeriesAdmission.Folded.class);
      batch.add(((SeriesAdmission.Folded) answer).handle(), T0 + i, i);
    }
    given().store().write(WriteRequest.unkeyed(batch));
    assertRows(given().ask("m").rows(Aggregation.SUM), row(210, 20));
    assertRows(
        given()
            .ask("m")
            .where("customer", SeriesLimits.OVERFLOW_VALUE)
            .where("path", SeriesLimits.OVERFLOW_VALUE)
            .rows(Aggregation.SUM),
        row(209, 19));
    SeriesName otherKeys = name("m", "customer", "c", "host", "h", "path", "p");
    assertThat(ask(ACME, limits, otherKeys)).isInstanceOf(SeriesAdmission.Folded.class);
    given().settle(Stage.REOPENED);
    assertThat(ask(ACME, limits, pair(21))).isInstanceOf(SeriesAdmission.Folded.class);
  }

  private static SeriesName pair(int number) {
    return name("m", "customer", "c" + number, "path", "p" + number);
  }

  /** A series for each set of keys is always let in, so there may be so many keys alone. */
  @Test
  default void fold_lastKey_isTaken_anotherIsRefused() {
    SeriesLimits limits = new SeriesLimits(1, 1_000, Overflow.FOLD);
    int ofEach = SeriesLimits.FOLDED_KEYS_MAX / 4;
    assertThat(ask(ACME, limits, keys(0, ofEach))).isInstanceOf(Admitted.class);
    for (int i = 1; i < 4; i++) {
      assertThat(ask(ACME, limits, keys(i * ofEach, (i + 1) * ofEach)))
          .as("keys from %d", i * ofEach)
          .isInstanceOf(SeriesAdmission.Folded.class);
    }
    int last = SeriesLimits.FOLDED_KEYS_MAX - 1;
    for (int i = 0; i < 2; i++) {
      assertThat(ask(ACME, limits, keys(last, last + 2))).isInstanceOf(Refused.class);
      assertThat(ask(ACME, limits, keys(last + 1, last + 2))).isInstanceOf(Refused.class);
      assertThat(ask(ACME, limits, keys(last - 1, last + 1)))
          .isInstanceOf(SeriesAdmission.Folded.class);
    }
  }

  private static SeriesName keys(int from, int to) {
    return name(
        "m",
        IntStream.range(from, to)
            .boxed()
            .flatMap(i -> Stream.of("k%02d".formatted(i), "v"))
            .toArray(String[]::new));
  }

  @Test
  default void fold_pinnedDimension_staysAsItIs() {
    SeriesLimits limits = new SeriesLimits(1, 1_000, Overflow.FOLD);
    given().add("m", T0, 1, "customer", "c0", "path", "p0").store();
    SeriesRequest request =
        new SeriesRequest(
            ACME, List.of(name("m", "customer", "c1", "path", "p1")), limits, Set.of("customer"));
    long handle = ((SeriesAdmission.Folded) given().store().admit(request).getFirst()).handle();
    PointBatch batch = new PointBatch(ACME, 1);
    batch.add(handle, T0, 7);
    given().store().write(WriteRequest.unkeyed(batch));
    assertRows(
        given().ask("m").where("customer", "c1").by("path").rows(Aggregation.SUM),
        row(7, 1, SeriesLimits.OVERFLOW_VALUE));
  }

  @Test
  default void fold_zeroOrTooManyMetrics_refuses() {
    given().add("m", T0, 1, "customer", "c0").store();
    SeriesLimits none = new SeriesLimits(0, 1_000, Overflow.FOLD);
    assertThat(ask(ACME, none, name("m", "customer", "c1"))).isInstanceOf(Refused.class);
    SeriesLimits oneMetric = new SeriesLimits(10, 1, Overflow.FOLD);
    assertThat(ask(ACME, oneMetric, name("n", "customer", "c1"))).isInstanceOf(Refused.class);
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.model.Dimensions;
import io.luminate.model.Interval;
import io.luminate.model.TenantId;
import io.luminate.model.TimeRange;
import io.luminate.server.http.ExplainingStore.Explained;
import io.luminate.store.AggregateQuery;
import io.luminate.store.Aggregation;
import io.luminate.store.MetricsStore;
import io.luminate.store.PointBatch;
import io.luminate.store.QueryControl;
import io.luminate.store.RateQuery;
import io.luminate.store.WriteRequest;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link BothStoresTest} would find. */
final class SameAnswerTest {
  private static final TenantId TENANT = new TenantId("acme");
  private static final double SUM = 300;
  private static final double NEARLY_THE_SAME_SUM = 300 + 1e-8;
  private static final double LESSER_SUM = 299.999;
  private static final double RATE = 0.1;

  private final long minute = RunningServer.now() / 60_000 * 60_000 - 60_000;
  private final TimeRange range = new TimeRange(minute, minute + 59_999);
  private final ExplainingStore exact = new ExplainingStore();
  private final MetricsStore store = exact.store();

  SameAnswerTest() {
    write("eu", 0, 99);
    write("eu", 1, 201);
    write("us", 0, NEARLY_THE_SAME_SUM);
    write("ap", 0, LESSER_SUM);
    write("counter", 0, 1);
    write("counter", 1, 7);
  }

  /** What is not a region is a metric of its own. */
  private void write(String what, long second, double value) {
    Dimensions dimensions =
        what.equals("counter") ? Dimensions.EMPTY : Dimensions.of("region", what);
    PointBatch batch = new PointBatch(TENANT, 1);
    batch.add(
        store.seriesHandle(TENANT, dimensions.size() == 0 ? what : "m", dimensions),
        minute + 1_000 * second,
        value);
    store.write(WriteRequest.unkeyed(batch));
  }

  private Optional<Explained> sums() {
    store.aggregate(
        new AggregateQuery(
            TENANT,
            "m",
            range,
            List.of(),
            Aggregation.SUM,
            List.of("region"),
            Optional.empty(),
            10),
        control());
    return exact.takeLatest();
  }

  private Optional<Explained> rates() {
    store.rate(
        new RateQuery(TENANT, "counter", range, List.of(), List.of(), new Interval(60_000), 10),
        control());
    return exact.takeLatest();
  }

  private static QueryControl control() {
    return QueryControl.withTimeout(Duration.ofSeconds(60));
  }

  private static String row(String region, double sum, int count) {
    return String.format(
        Locale.ROOT,
        "{\"groupKey\":{\"region\":\"%s\"},\"value\":%s,\"count\":%d}",
        region,
        sum,
        count);
  }

  private static String sums(String... rows) {
    return "{\"queryType\":\"aggregate\",\"results\":["
        + String.join(",", rows)
        + "],\"truncated\":false,\"totalGroups\":3,\"executionTimeMs\":1,\"stats\":"
        + "{\"series\":3,\"points\":4,\"bytes\":0,\"preAggregatedPoints\":0}}";
  }

  private String rates(double rate) {
    return String.format(
        Locale.ROOT,
        "{\"queryType\":\"rate\",\"results\":[{\"timestamp\":%d,\"rate\":%s}],\"truncated\":false,"
            + "\"totalGroups\":1,\"executionTimeMs\":1,\"stats\":"
            + "{\"series\":1,\"points\":2,\"bytes\":0,\"preAggregatedPoints\":0}}",
        minute,
        rate);
  }

  private static String inOrder() {
    return withSum(SUM);
  }

  private static String withSum(double sum) {
    return sums(row("us", NEARLY_THE_SAME_SUM, 1), row("eu", sum, 2), row("ap", LESSER_SUM, 1));
  }

  private static void assertRefused(String actual, String expected, Optional<Explained> exact) {
    assertThatThrownBy(() -> SameAnswer.assertSame("it", actual, expected, exact))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void value_withinTheTolerance_isAdmitted() {
    SameAnswer.assertSame("it", withSum(SUM * (1 + 9e-10)), inOrder(), sums());
    SameAnswer.assertSame("it", rates(RATE * (1 - 9e-10)), rates(RATE), rates());
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-6, -1e-6, 2e-9})
  void value_offByMore_isRefused(double relative) {
    String wrong = withSum(SUM * (1 + relative));
    assertRefused(wrong, inOrder(), sums());
    assertRefused(inOrder(), wrong, sums());
    assertRefused(wrong, wrong, sums());
    assertRefused(rates(RATE * (1 + relative)), rates(RATE), rates());
  }

  @Test
  void swap_ofGroupsAsGoodAsEqual_isAdmitted() {
    String swapped =
        sums(row("eu", SUM, 2), row("us", NEARLY_THE_SAME_SUM, 1), row("ap", LESSER_SUM, 1));
    SameAnswer.assertSame("it", swapped, inOrder(), sums());
  }

  @Test
  void swap_ofUnequalGroups_isRefused() {
    String swapped =
        sums(row("us", NEARLY_THE_SAME_SUM, 1), row("ap", LESSER_SUM, 1), row("eu", SUM, 2));
    assertRefused(swapped, inOrder(), sums());
    assertRefused(inOrder(), swapped, sums());
  }

  @Test
  void count_offByOne_isRefused() {
    String wrong =
        sums(row("us", NEARLY_THE_SAME_SUM, 1), row("eu", SUM, 3), row("ap", LESSER_SUM, 1));
    assertRefused(wrong, inOrder(), sums());
  }
}

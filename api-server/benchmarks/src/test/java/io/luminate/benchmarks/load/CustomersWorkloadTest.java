// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.RetentionPolicies;
import io.luminate.model.TenantId;
import io.luminate.server.http.json.PointDecoder;
import io.luminate.server.ingest.Admission;
import io.luminate.server.ingest.DecodedBatch;
import io.luminate.server.ingest.IngestScope;
import io.luminate.server.ingest.PointRules;
import io.luminate.server.ingest.SeriesCache;
import io.luminate.store.reference.ReferenceStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CustomersWorkloadTest {
  private static final long END = 1_767_225_600_000L;
  private static final WorkloadSize SIZE = new WorkloadSize(60, 10, 30, 6, 1_000);

  private final CustomersWorkload workload = new CustomersWorkload(SIZE, 1, END);

  /** Timestamps and values of each series, in order of arrival. */
  private static Map<String, Map<Long, Double>> series(CustomersWorkload workload) {
    BodyBuffer buffer = new BodyBuffer();
    InfluxLines format = new InfluxLines(workload.size());
    Map<String, Map<Long, Double>> series = new HashMap<>();
    for (int batch = 0; batch < workload.batches(); batch++) {
      workload.render(batch, format, buffer);
      for (String line : buffer.toString().split("\n")) {
        String[] parts = line.split(" ");
        series
            .computeIfAbsent(parts[0], name -> new TreeMap<>())
            .put(
                Long.parseLong(parts[2]),
                Double.parseDouble(parts[1].substring("value=".length())));
      }
    }
    return series;
  }

  @Test
  void until_shortlyAfterMidnight_liesInTheDayBefore() {
    long noon = END + 12 * 3_600_000;
    assertThat(CustomersWorkload.until(noon, SIZE, 1).endMillis()).isEqualTo(noon);
    CustomersWorkload before = CustomersWorkload.until(END + 3_600_000, SIZE, 1);
    assertThat(before.endMillis()).isEqualTo(END - 1);
    assertThat(before.startMillis()).isGreaterThan(END - 86_400_000);
  }

  @Test
  void render_sameSeed_sameBytes() {
    BodyBuffer one = new BodyBuffer();
    BodyBuffer other = new BodyBuffer();
    CustomersWorkload again = new CustomersWorkload(SIZE, 1, END);
    for (int batch = workload.batches() - 1; batch >= 0; batch--) {
      workload.render(batch, new JsonFormat(SIZE), one);
      again.render(batch, new JsonFormat(SIZE), other);
      assertThat(one.toString()).as("seed 1, batch %s", batch).isEqualTo(other.toString());
    }
  }

  @Test
  void render_otherSeed_otherPoints() {
    BodyBuffer one = new BodyBuffer();
    BodyBuffer other = new BodyBuffer();
    workload.render(0, new JsonFormat(SIZE), one);
    new CustomersWorkload(SIZE, 2, END).render(0, new JsonFormat(SIZE), other);
    assertThat(one.toString()).isNotEqualTo(other.toString());
  }

  @Test
  void render_allBatches_everySeriesWithAllItsPoints() {
    Map<String, Map<Long, Double>> series = series(workload);
    assertThat(series).hasSize(Math.toIntExact(SIZE.series()));
    Map<String, Integer> points = new TreeMap<>();
    series.forEach(
        (name, values) ->
            points.merge(name.substring(0, name.indexOf(',')), values.size(), Integer::sum));
    assertThat(points)
        .isEqualTo(Map.of("api_latency", 6_000, "total_requests", 1_800, "cpu_usage", 6_000));
  }

  @Test
  void render_allBatches_withinTheirTime() {
    assertThat(workload.startMillis()).isBetween(END - Duration.ofDays(1).toMillis(), END - 1);
    for (Map<Long, Double> values : series(workload).values()) {
      assertThat(values.keySet()).allMatch(time -> time >= workload.startMillis() && time <= END);
    }
  }

  @Test
  void render_counters_neverFall() {
    series(workload)
        .forEach(
            (name, values) -> {
              if (name.startsWith("total_requests")) {
                assertThat(new ArrayList<>(values.values())).as(name).isSorted();
              }
            });
  }

  @Test
  void render_everyBatch_mixesCustomersAndMetrics() {
    BodyBuffer buffer = new BodyBuffer();
    CustomersWorkload larger =
        new CustomersWorkload(new WorkloadSize(6_000, 10, 30, 240, 1_000), 1, END);
    larger.render(larger.batches() / 2, new InfluxLines(larger.size()), buffer);
    Set<String> metrics = new HashSet<>();
    Set<String> series = new HashSet<>();
    for (String line : buffer.toString().split("\n")) {
      metrics.add(line.substring(0, line.indexOf(',')));
      series.add(line.substring(0, line.indexOf(' ')));
    }
    assertThat(metrics).hasSize(3);
    assertThat(series).hasSizeGreaterThan(5_000);
  }

  @Test
  void render_json_isAcceptedWhole() {
    PointDecoder decoder =
        new PointDecoder(
            new ReferenceStore(
                InstantSource.fixed(Instant.ofEpochMilli(END)),
                RetentionPolicies.keepFor(Duration.ofDays(30))),
            new SeriesCache(1 << 12),
            PointRules.defaults(),
            10_000);
    BodyBuffer buffer = new BodyBuffer();
    long stored = 0;
    for (int batch = 0; batch < workload.batches(); batch++) {
      int points = workload.render(batch, new JsonFormat(SIZE), buffer);
      byte[] body = Arrays.copyOf(buffer.array(), buffer.length() + PointDecoder.BODY_PADDING);
      DecodedBatch decoded =
          decoder.decode(
              IngestScope.of(TenantId.DEFAULT), body, buffer.length(), Admission.at(END));
      assertThat(decoded.rejected()).isEmpty();
      assertThat(decoded.points().size()).isEqualTo(points);
      stored += points;
    }
    assertThat(stored).isEqualTo(SIZE.points());
  }

  @ParameterizedTest
  @ValueSource(strings = {"100k", "1m", "17m", "100m"})
  void named_sizes_noBatchTooLarge(String name) {
    WorkloadSize size = WorkloadSize.named(name);
    CustomersWorkload named = new CustomersWorkload(size, 1, END);
    long worst = 0;
    for (Metric metric : Metric.values()) {
      worst += Math.ceilDiv(size.points(metric), (long) named.batches());
    }
    assertThat(worst).isLessThanOrEqualTo(10_000);
    assertThat(END - named.startMillis()).isLessThan(Duration.ofDays(2).toMillis());
  }

  @Test
  void seriesAt_everyRound_visitsAll() {
    for (String name : new String[] {"100k", "1m"}) {
      WorkloadSize size = WorkloadSize.named(name);
      MetricEvents events = new MetricEvents(Metric.API_LATENCY, size, 1, 0, END);
      int series = size.series(Metric.API_LATENCY);
      for (int round = 0; round < 2; round++) {
        boolean[] seen = new boolean[series];
        for (long i = 0; i < series; i++) {
          seen[events.seriesAt((long) round * series + i)] = true;
        }
        assertThat(seen).as("%s, round %s", name, round).doesNotContain(false);
      }
    }
  }

  @Test
  void appendHundredths_dropsNeedlessZeros() {
    BodyBuffer buffer = new BodyBuffer();
    for (long hundredths : new long[] {0, 5, 50, 100, 1_234, 12_340, 1_234_500}) {
      buffer.appendHundredths(hundredths);
      buffer.append(' ');
    }
    assertThat(buffer).hasToString("0 0.05 0.5 1 12.34 123.4 12345 ");
  }
}

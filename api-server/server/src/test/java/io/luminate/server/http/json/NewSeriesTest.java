// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.TenantId;
import io.luminate.server.PartialStore;
import io.luminate.server.ingest.Admission;
import io.luminate.server.ingest.IngestScope;
import io.luminate.server.ingest.PointRules;
import io.luminate.server.ingest.SeriesCache;
import io.luminate.store.SeriesAdmission;
import io.luminate.store.SeriesRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whoever hears how many points a batch has can refuse it before the store makes a series. */
final class NewSeriesTest {
  private static final long NOW = 1_773_230_400_000L;

  private final List<String> events = new ArrayList<>();
  private final List<Integer> asked = new ArrayList<>();
  private final PointDecoder decoder =
      new PointDecoder(
          PartialStore.of(
              Map.of(
                  "admit", arguments -> admitted((SeriesRequest) arguments[0]),
                  "lowestHandle", _ -> 0L,
                  "lowestSureHandle", _ -> 0L)),
          new SeriesCache(1 << 12),
          PointRules.defaults(),
          2_000);

  private List<SeriesAdmission> admitted(SeriesRequest request) {
    events.add("series");
    asked.add(request.series().size());
    return request.series().stream()
        .<SeriesAdmission>map(series -> new SeriesAdmission.Admitted(7))
        .toList();
  }

  private void decode(int points, String metric) {
    decode(points, i -> point(metric, i, "{\"i\":\"" + i + "\"}"));
  }

  private void decode(int points, IntFunction<String> point) {
    String text =
        IntStream.range(0, points)
            .mapToObj(point)
            .collect(Collectors.joining(",", "{\"metrics\":[", "]}"));
    byte[] json = text.getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(json, json.length + PointDecoder.BODY_PADDING);
    decoder.decode(
        IngestScope.of(TenantId.DEFAULT),
        padded,
        json.length,
        Admission.at(NOW),
        counted -> events.add(counted.toString()));
  }

  /** The last of a batch breaks a rule, and is a point all the same. */
  private static String point(String metric, int i, String dimensions) {
    return "{\"name\":\"%s\",\"timestamp\":%d,\"value\":%s,\"dimensions\":%s}"
        .formatted(metric, NOW, i == 2 ? "true" : "1", dimensions);
  }

  private static String pairs(String value) {
    return IntStream.range(0, 20)
        .mapToObj(key -> "\"k%d\":\"%s\"".formatted(key, value))
        .collect(Collectors.joining(",", "{", "}"));
  }

  @Test
  void fewNewSeries_afterAllPointsAreCounted() {
    decode(3, "m");
    assertThat(events).containsExactly("OptionalInt[3]", "series");
  }

  @Test
  void knownSeries_notAtAll() {
    decode(2, "m");
    events.clear();
    decode(2, "m");
    assertThat(events).isEmpty();
  }

  @Test
  void manyNewSeries_onceBeforeTheFirst() {
    decode(600, "m");
    assertThat(events).containsExactly("OptionalInt.empty", "series", "series");
  }

  @Test
  void manyNewSeries_waitByWhatTheyTake_shortTextsInObjectsToo() {
    decode(600, "m");
    assertThat(asked).as("of one pair").containsExactly(512, 87);
    asked.clear();
    decode(600, i -> point("m", i, pairs(String.valueOf(i))));
    assertThat(asked.getFirst()).as("of 20 short pairs, 2.5 KB each").isBetween(190, 250);
    asked.clear();
    decode(600, i -> point("m", i, pairs("v".repeat(200) + i)));
    assertThat(asked.getFirst()).as("of 20 long ones, 6.5 KB each").isBetween(60, 90);
  }
}

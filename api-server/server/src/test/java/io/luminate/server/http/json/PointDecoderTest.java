// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.luminate.model.Dimensions;
import io.luminate.model.RetentionPolicies;
import io.luminate.model.TenantId;
import io.luminate.server.PartialStore;
import io.luminate.server.http.reply.ApiException;
import io.luminate.server.ingest.Admission;
import io.luminate.server.ingest.DecodedBatch;
import io.luminate.server.ingest.IngestScope;
import io.luminate.server.ingest.PointRules;
import io.luminate.server.ingest.RejectedPoint;
import io.luminate.server.ingest.Rejection.Code;
import io.luminate.server.ingest.SeriesCache;
import io.luminate.store.AcceptedPoints;
import io.luminate.store.MetricsStore;
import io.luminate.store.PointBatch;
import io.luminate.store.SeriesAdmission;
import io.luminate.store.reference.ReferenceStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PointDecoderTest {
  private static final long NOW = 1_735_603_200_000L;
  private static final TenantId TENANT = new TenantId("acme");

  private final ReferenceStore store =
      new ReferenceStore(
          InstantSource.fixed(Instant.ofEpochMilli(NOW)),
          RetentionPolicies.keepFor(Duration.ofDays(30)));
  private final PointDecoder decoder =
      new PointDecoder(store, new SeriesCache(1 << 12), PointRules.defaults(), 100);

  private DecodedBatch decode(String json) {
    return decode(IngestScope.of(TENANT), json.getBytes(StandardCharsets.UTF_8));
  }

  private DecodedBatch decode(IngestScope scope, byte[] json) {
    byte[] padded = Arrays.copyOf(json, json.length + PointDecoder.BODY_PADDING);
    return decoder.decode(scope, padded, json.length, Admission.at(NOW));
  }

  private static String batch(String... points) {
    return "{\"metrics\":[" + String.join(",", points) + "]}";
  }

  private static String point(String dimensions) {
    return "{\"name\":\"m\",\"timestamp\":"
        + NOW
        + ",\"value\":1,\"dimensions\":"
        + dimensions
        + "}";
  }

  private long handle(String name, Dimensions dimensions) {
    return store.seriesHandle(TENANT, name, dimensions);
  }

  @Test
  void decode_fieldsInAnyOrder_unknownIgnored() {
    DecodedBatch batch =
        decode(
            """
            { "x": {"y": [1, {"z": null}]}, "metrics" : [
              {"dimensions": {"b":"2", "a" : "1"}, "extra": [true, false], "value": -1.5e2,
               "timestamp": %d, "name": "cpu"} ] , "y": "é" }
            """
                .formatted(NOW));
    assertThat(batch.rejected()).isEmpty();
    assertThat(batch.points().size()).isEqualTo(1);
    assertThat(batch.points().values()[0]).isEqualTo(-150.0);
    assertThat(batch.points().timestampsMillis()[0]).isEqualTo(NOW);
    assertThat(batch.points().handles()[0])
        .isEqualTo(handle("cpu", Dimensions.of("a", "1", "b", "2")));
  }

  @Test
  void decode_sameTextAgain_givesSameHandle_andScopesAreApart() {
    byte[] json = batch(point("{\"a\":\"1}\\\"\"}")).getBytes(StandardCharsets.UTF_8);
    long first = decode(IngestScope.of(TENANT), json).points().handles()[0];
    assertThat(decode(IngestScope.of(TENANT), json).points().handles()[0]).isEqualTo(first);
    TenantId other = new TenantId("other");
    long otherHandle = decode(IngestScope.of(other), json).points().handles()[0];
    assertThat(otherHandle).isEqualTo(store.seriesHandle(other, "m", Dimensions.of("a", "1}\"")));
    IngestScope pinned = new IngestScope(TENANT, Dimensions.of("c", "x"));
    assertThat(decode(pinned, json).rejected())
        .extracting(r -> r.rejection().code())
        .containsExactly(Code.FORBIDDEN);
  }

  @Test
  void decode_seriesForgottenByTheStore_isAskedForAgainOnce() {
    AtomicLong lowest = new AtomicLong();
    AtomicLong asked = new AtomicLong();
    MetricsStore forgetting =
        PartialStore.of(
            Map.of(
                "admit",
                _ -> List.of(new SeriesAdmission.Admitted(lowest.get() + asked.getAndIncrement())),
                "lowestHandle",
                _ -> lowest.get(),
                "lowestSureHandle",
                _ -> lowest.get()));
    PointDecoder over =
        new PointDecoder(forgetting, new SeriesCache(1 << 12), PointRules.defaults(), 100);
    long first = handleOf(over);
    assertThat(handleOf(over)).isEqualTo(first);
    lowest.set(1_000);
    long second = handleOf(over);
    assertThat(second).isGreaterThanOrEqualTo(1_000);
    assertThat(handleOf(over)).isEqualTo(second);
    assertThat(asked).hasValue(2);
  }

  @Test
  void decode_seriesWhoseMetricWasDeleted_isAskedForAgain_othersAreNot() {
    AtomicLong sure = new AtomicLong();
    AtomicLong asked = new AtomicLong();
    AtomicLong good = new AtomicLong();
    MetricsStore store =
        PartialStore.of(
            Map.of(
                "admit",
                _ -> List.of(new SeriesAdmission.Admitted(sure.get() + asked.incrementAndGet())),
                "lowestHandle",
                _ -> 0L,
                "lowestSureHandle",
                _ -> sure.get(),
                "isGood",
                arguments -> good.get() == (long) arguments[0]));
    PointDecoder over =
        new PointDecoder(store, new SeriesCache(1 << 12), PointRules.defaults(), 100);
    long first = handleOf(over);
    sure.set(1_000);
    good.set(first);
    assertThat(handleOf(over)).isEqualTo(first);
    good.set(0);
    assertThat(handleOf(over)).isEqualTo(1_002);
    assertThat(asked).hasValue(2);
  }

  private static long handleOf(PointDecoder decoder) {
    byte[] json = batch(point("{\"a\":\"1\"}")).getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(json, json.length + PointDecoder.BODY_PADDING);
    return decoder
        .decode(IngestScope.of(TENANT), padded, json.length, Admission.at(NOW))
        .points()
        .handles()[0];
  }

  @Test
  void decode_boundPoints_exactlyThose_whateverTheTime() {
    String json =
        batch(
            point("{\"a\":\"0\"}"),
            "{\"name\":\"m\",\"timestamp\":1,\"value\":1}",
            "7",
            "{\"name\":\"m\",\"timestamp\":2,\"value\":3}",
            "{\"name\":\"m\",\"timestamp\":%d,\"value\":5}".formatted(NOW));
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    DecodedBatch free = decode(IngestScope.of(TENANT), bytes);
    assertThat(free.accepted()).isEqualTo(new AcceptedPoints(5, List.of(1, 2, 3)));
    byte[] padded = Arrays.copyOf(bytes, bytes.length + PointDecoder.BODY_PADDING);
    Admission bound = Admission.bound(NOW, new AcceptedPoints(5, List.of(0, 2)));
    DecodedBatch again = decoder.decode(IngestScope.of(TENANT), padded, bytes.length, bound);
    assertThat(again.rejected()).isEmpty();
    assertThat(Arrays.copyOf(again.points().timestampsMillis(), again.points().size()))
        .containsExactly(1, 2, NOW);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"timestamp\":1,\"value\":1} | INVALID_METRIC_NAME",
        "{\"name\":\"1x\",\"timestamp\":1735603200000,\"value\":1} | INVALID_METRIC_NAME",
        "{\"name\":7,\"timestamp\":1735603200000,\"value\":1} | INVALID_METRIC_NAME",
        "{\"name\":\"a\",\"name\":\"a\",\"timestamp\":1735603200000,\"value\":1} | INVALID_METRIC_NAME",
        "{\"name\":\"a\",\"value\":1} | INVALID_TIMESTAMP",
        "{\"name\":\"a\",\"timestamp\":1,\"value\":1} | INVALID_TIMESTAMP",
        "{\"name\":\"a\",\"timestamp\":1735606800001,\"value\":1} | INVALID_TIMESTAMP",
        "{\"name\":\"a\",\"timestamp\":1735603200000.5,\"value\":1} | INVALID_TIMESTAMP",
        "{\"name\":\"a\",\"timestamp\":\"yesterday\",\"value\":1} | INVALID_TIMESTAMP",
        "{\"name\":\"a\",\"timestamp\":1e999999999,\"value\":1} | INVALID_TIMESTAMP",
        "{\"name\":\"a\",\"timestamp\":1735603200000,\"timestamp\":1735603200000,\"value\":1} | INVALID_TIMESTAMP",
        "{\"name\":\"a\",\"timestamp\":1735603200000} | INVALID_VALUE",
        "{\"name\":\"a\",\"timestamp\":1735603200000,\"value\":\"1\"} | INVALID_VALUE",
        "{\"name\":\"a\",\"timestamp\":1735603200000,\"value\":1e999} | INVALID_VALUE",
        "{\"name\":\"a\",\"timestamp\":1735603200000,\"value\":NaN} | INVALID_VALUE",
        "{\"name\":\"a\",\"timestamp\":1735603200000,\"value\":-Infinity} | INVALID_VALUE",
        "{\"name\":\"a\",\"timestamp\":1735603200000,\"value\":1,\"value\":1} | INVALID_VALUE",
        "{\"name\":\"a\",\"timestamp\":1735603200000,\"value\":1,\"dimensions\":[]} | INVALID_DIMENSION",
        "{\"name\":\"a\",\"timestamp\":1735603200000,\"value\":1,\"dimensions\":{\"a\":1}} | INVALID_DIMENSION",
        "{\"name\":\"a\",\"timestamp\":1735603200000,\"value\":1,\"dimensions\":{\"a\":{\"b\":\"c\"}}} | INVALID_DIMENSION",
        "{\"name\":\"a\",\"timestamp\":1735603200000,\"value\":1,\"dimensions\":{\"a\":\"x\",\"\\u0061\":\"x\"}} | INVALID_DIMENSION",
        "{\"name\":\"a\",\"timestamp\":1735603200000,\"value\":1,\"dimensions\":{},\"dimensions\":{}} | INVALID_DIMENSION",
        "{\"name\":\"a\",\"timestamp\":1735603200000,\"value\":1,\"dimensions\":{\"_tenant_id\":\"x\"}} | INVALID_DIMENSION",
        "{\"name\":\"a\",\"timestamp\":1735603200000,\"value\":1,\"dimensions\":{\"a-b\":\"x\"}} | INVALID_DIMENSION",
        "{\"name\":\"a\",\"timestamp\":1735603200000,\"value\":1,\"dimensions\":{\"a\":\"\"}} | INVALID_DIMENSION",
        "{\"name\":\"a\",\"timestamp\":1735603200000,\"value\":1,\"dimensions\":{\"a\":\"\\n\"}} | INVALID_DIMENSION",
        "{\"name\":\"a\",\"timestamp\":1735603200000,\"value\":1,\"dimensions\":{\"a\":\"\\ud800\"}} | INVALID_DIMENSION",
        "7 | INVALID_POINT",
      })
  void decode_badPoint_isRefusedAlone(String bad, Code code) {
    for (int round = 0; round < 2; round++) {
      DecodedBatch batch = decode(batch(point("{\"a\":\"x\"}"), bad, point("{\"a\":\"y\"}")));
      assertThat(batch.points().size()).isEqualTo(2);
      assertThat(batch.rejected()).extracting(RejectedPoint::index).containsExactly(1);
      assertThat(batch.rejected().getFirst().rejection().code()).isEqualTo(code);
    }
  }

  @Test
  void decode_limitsOfDimensions() {
    StringBuilder twenty = new StringBuilder("{");
    for (int i = 0; i < 20; i++) {
      twenty.append(i == 0 ? "" : ",").append("\"k").append(i).append("\":\"v\"");
    }
    DecodedBatch batch =
        decode(
            batch(
                point(twenty + "}"),
                point(twenty + ",\"k20\":\"v\"}"),
                point("{\"a\":\"" + "😀".repeat(256) + "\"}"),
                point("{\"a\":\"" + "é".repeat(257) + "\"}"),
                point("{\"" + "k".repeat(128) + "\":\"v\"}"),
                point("{\"" + "k".repeat(129) + "\":\"v\"}")));
    assertThat(batch.points().size()).isEqualTo(3);
    assertThat(batch.rejected())
        .extracting(r -> r.index() + ":" + r.rejection().code())
        .containsExactly(
            "1:DIMENSION_LIMIT_EXCEEDED", "3:INVALID_DIMENSION", "5:INVALID_DIMENSION");
  }

  @Test
  void decode_invalidUtf8InValue_refusesThePoint() {
    byte[] json =
        batch(point("{\"a\":\"?\"}"), point("{\"a\":\"é\"}")).getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < json.length; i++) {
      json[i] = json[i] == '?' ? (byte) 0xFF : json[i];
    }
    DecodedBatch batch = decode(IngestScope.of(TENANT), json);
    assertThat(batch.points().size()).isEqualTo(1);
    assertThat(batch.rejected().getFirst().rejection().code()).isEqualTo(Code.INVALID_DIMENSION);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"metrics\":{}}",
        "{\"metrics\":[]}x",
        "{\"metrics\":[],\"metrics\":[]}",
        "{\"metrics\":[{]}",
        "{\"metrics\":[{\"a\":01}]}",
        "{\"metrics\":[{\"a\":1.}]}",
        "{\"metrics\":[{\"a\":\"\\x\"}]}",
        "{\"metrics\":[{\"dimensions\":{\"a\" \"b\"}}]}",
        "{\"metrics\":[{\"dimensions\":{\"a\":\"b\",}}]}",
        "{\"metrics\":[{\"dimensions\":{\"a\":\"b\"",
        "{\"metrics\":[{\"dimensions\":{\"a\":\"b\\",
        "{\"metrics\":[{\"name\":\"a\u0001\"}]}",
        "{\"metrics\":[{\"name\":nul}]}",
        "{\"metrics\":[{},]}",
        "{\"metrics\":"
      })
  void decode_malformed_refusesTheBody(String json) {
    assertThatThrownBy(() -> decode(json)).isInstanceOf(MalformedJsonException.class);
  }

  /** Longer than what is read ahead, with everything that leaves the fast path in between. */
  @Test
  void decode_manyPoints_goodAndBadInTurn_keepTheirOrder() {
    long seed = 7;
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      String message = "seed " + seed + " round " + round;
      List<String> points = new ArrayList<>();
      List<Double> good = new ArrayList<>();
      List<Integer> bad = new ArrayList<>();
      int count = random.nextInt(100);
      for (int i = 0; i < count; i++) {
        int kind = random.nextInt(6);
        points.add(
            switch (kind) {
              case 0 -> "17";
              case 1 -> point("{\"a\":1}");
              case 2 -> "{\"name\":\"m\",\"value\":" + i + "}";
              default ->
                  "{\"name\":\"%s\",\"timestamp\":%d,\"value\":%d,\"dimensions\":{\"a\":\"%d\"}}"
                      .formatted(kind == 3 ? "\\u006d" : "m", NOW, i, random.nextInt(50));
            });
        if (kind < 3) {
          bad.add(i);
        } else {
          good.add((double) i);
        }
      }
      DecodedBatch decoded = decode(batch(points.toArray(new String[0])));
      PointBatch stored = decoded.points();
      assertThat(Arrays.copyOf(stored.values(), stored.size()))
          .as(message)
          .containsExactly(good.stream().mapToDouble(d -> d).toArray());
      assertThat(decoded.rejected()).as(message).extracting(RejectedPoint::index).isEqualTo(bad);
    }
  }

  @Test
  void decode_deepNesting_isRefused() {
    assertThatThrownBy(() -> decode("{\"x\":" + "[".repeat(100_000)))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageContaining("deeper than");
  }

  @Test
  void decode_tooManyMetrics_namesLimitAndReceived() {
    String[] points = new String[101];
    Arrays.fill(points, point("{}"));
    assertThatThrownBy(() -> decode(batch(points)))
        .isInstanceOfSatisfying(
            ApiException.class,
            e -> {
              assertThat(e.error().code()).isEqualTo("BATCH_TOO_LARGE");
              assertThat(e.error().details()).containsEntry("max_batch_size", 100);
              assertThat(e.error().details()).containsEntry("received", 101);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1735603200000",
        "1.7356032e12",
        "17356032000000e-1",
        "1735603200000.000",
        "\"2024-12-31T00:00:00Z\"",
        "\"2024-12-31T01:30:00.000+01:30\"",
        "\"2024-12-31t00:00:00.0009z\""
      })
  void decode_timestampForms(String form) {
    DecodedBatch batch =
        decode("{\"metrics\":[{\"name\":\"m\",\"timestamp\":" + form + ",\"value\":1}]}");
    assertThat(batch.rejected()).isEmpty();
    assertThat(batch.points().timestampsMillis()[0]).isEqualTo(NOW);
  }

  @Test
  void decode_numbers_equalTheJdks() {
    long seed = 20_250_101L;
    Random random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      String text = number(random);
      DecodedBatch batch =
          decode(
              "{\"metrics\":[{\"name\":\"m\",\"timestamp\":" + NOW + ",\"value\":" + text + "}]}");
      double expected = Double.parseDouble(text);
      if (Double.isInfinite(expected)) {
        assertThat(batch.rejected()).as("seed %d, %s", seed, text).hasSize(1);
      } else {
        assertThat(Double.doubleToLongBits(batch.points().values()[0]))
            .as("seed %d, %s", seed, text)
            .isEqualTo(Double.doubleToLongBits(expected));
      }
    }
  }

  private static String number(Random random) {
    return switch (random.nextInt(5)) {
      case 0 ->
          Double.toString(Math.abs(random.nextGaussian()) * Math.pow(10, random.nextInt(40) - 20));
      case 1 -> Long.toString(random.nextLong());
      case 2 -> random.nextInt(1000) + "." + random.nextInt(100_000);
      case 3 -> random.nextInt(100) + "e" + (random.nextInt(700) - 350);
      default ->
          (random.nextBoolean() ? "-0." : "0.")
              + "0".repeat(random.nextInt(30))
              + random.nextLong(1L << 62);
    };
  }

  /** Mutated texts are accepted and refused as Jackson does. */
  @Test
  void decode_mutatedTexts_agreeWithJackson() {
    long seed = 7L;
    Random random = new Random(seed);
    byte[] base =
        ("{\"a\":[1,-2.5e3,\"\\u00e9\\n\",true,null],\"metrics\":["
                + point("{\"k\":\"v\",\"é\":\"\\\"x}\"}")
                + ","
                + point("{\"k\": [1, {}]}")
                + "],\"z\":{\"y\":false}}")
            .getBytes(StandardCharsets.UTF_8);
    byte[] alphabet =
        "{}[]\",:\\0123456789.eE+-truefalsnu x\u00e9\n".getBytes(StandardCharsets.UTF_8);
    for (int round = 0; round < 60_000; round++) {
      byte[] text = base.clone();
      for (int i = random.nextInt(3); i >= 0; i--) {
        text[random.nextInt(text.length)] = alphabet[random.nextInt(alphabet.length)];
      }
      text = random.nextInt(4) == 0 ? Arrays.copyOf(text, random.nextInt(text.length)) : text;
      if (!Utf8.valid(text, 0, text.length)) {
        continue; // Judged per point; see the test above.
      }
      String shown = "seed " + seed + ": " + new String(text, StandardCharsets.UTF_8);
      assertThat(accepts(text)).as(shown).isEqualTo(jacksonAccepts(text));
    }
  }

  private boolean accepts(byte[] text) {
    try {
      decode(IngestScope.of(TENANT), text);
      return true;
    } catch (MalformedJsonException e) {
      return false;
    }
  }

  /** Well-formed, an object, and with one field {@code metrics} that is an array. */
  private static boolean jacksonAccepts(byte[] text) {
    int metrics = 0;
    boolean array = false;
    try (JsonParser parser = new JsonFactory().createParser(text)) {
      boolean object = parser.nextToken() == JsonToken.START_OBJECT;
      int depth = 1;
      while (object && depth > 0) {
        JsonToken token = parser.nextToken();
        if (token == null) {
          return false;
        }
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (token.isScalarValue() && token.isNumeric()) {
          parser.getText();
        } else if (token == JsonToken.VALUE_STRING) {
          parser.getText();
        } else if (token == JsonToken.FIELD_NAME
            && depth == 1
            && parser.currentName().equals("metrics")) {
          metrics++;
          array = parser.nextToken() == JsonToken.START_ARRAY;
          depth += parser.currentToken().isStructStart() ? 1 : 0;
        }
      }
      return object && parser.nextToken() == null && metrics == 1 && array;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void decode_randomSeries_equalsParsing() {
    long seed = 99L;
    Random random = new Random(seed);
    for (int round = 0; round < 3_000; round++) {
      int customer = random.nextInt(400);
      Dimensions dimensions =
          Dimensions.of("c", "cust_" + customer, "path", "/a/{" + customer % 7 + "}");
      String text =
          random.nextBoolean()
              ? "{\"c\":\"cust_%d\",\"path\":\"/a/{%d}\"}".formatted(customer, customer % 7)
              : "{ \"path\":\"\\/a/{%d}\" ,\"c\":\"cust_%d\"}".formatted(customer % 7, customer);
      DecodedBatch batch = decode(batch(point(text)));
      assertThat(batch.points().handles()[0])
          .as("seed %d, %s", seed, text)
          .isEqualTo(handle("m", dimensions));
    }
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Seeded writes and questions of two tenants, as clients would send them; a few are wrong. */
final class RequestMaker {
  private static final long HOUR = 3_600_000;
  private static final long DAY = 24 * HOUR;

  private static final List<String> METRICS = List.of("latency", "requests_total", "load");
  private static final List<String> KEYS =
      List.of("customer_id", "region", "tier", "host", "user_id", "nobody");
  private static final List<String> TEXTS =
      List.of("eu", "us", "é", "日本", "\uD83D\uDE00", "a b", "\\\"'\\\\", "e", "E", "0");
  private static final List<String> AGGREGATIONS =
      List.of("avg", "sum", "count", "min", "max", "p50", "p95", "p99", "integral");
  private static final List<String> INTERVALS = List.of("5m", "1h", "7h", "1d", "1w");
  private static final List<String> WRONG_POINTS =
      List.of(
          "{\"name\":\"1x\",\"timestamp\":%d,\"value\":1}",
          "{\"name\":\"x\",\"timestamp\":%d,\"value\":\"NaN\"}",
          "{\"name\":\"x\",\"timestamp\":%d,\"value\":1,\"dimensions\":{\"_tenant_id\":\"t\"}}");

  /**
   * @param times it is sent, under the key
   */
  record Request(String path, String token, String body, String idempotencyKey, int times) {
    Request after(String cursor) {
      String next = body.replaceFirst(",\"cursor\":\"[^\"]*\"", "");
      return new Request(
          path,
          token,
          next.replaceFirst("}$", ",\"cursor\":\"" + cursor + "\"}"),
          idempotencyKey,
          times);
    }
  }

  private final SplittableRandom random;
  private final String prefix;
  private final long nowMillis;
  private final List<Long> written = new ArrayList<>();
  private int requests;

  RequestMaker(long seed, String tenantPrefix, long nowMillis) {
    this.random = new SplittableRandom(seed);
    this.prefix = tenantPrefix;
    this.nowMillis = nowMillis;
  }

  Request write() {
    int points = 1 + random.nextInt(600);
    String body =
        IntStream.range(0, points)
            .mapToObj(i -> random.nextInt(100) == 0 ? wrongPoint() : point())
            .collect(Collectors.joining(",", "{\"metrics\":[", "]}"));
    boolean keyed = random.nextBoolean();
    return new Request(
        "/api/v1/write",
        token(),
        body,
        keyed ? "key-" + requests++ : "",
        keyed ? 1 + random.nextInt(3) : 1);
  }

  private String wrongPoint() {
    return one(WRONG_POINTS).formatted(nowMillis);
  }

  private String point() {
    String metric = one(METRICS);
    // Multiples of 1/8: sums of these are exact, so that equal groups are equal in both stores.
    double value =
        metric.equals("latency")
            ? random.nextInt(800_000) / 8.0
            : metric.equals("load") ? random.nextGaussian() : random.nextInt(50_000);
    return String.format(
        Locale.ROOT,
        "{\"name\":\"%s\",\"timestamp\":%d,\"value\":%s,\"dimensions\":%s}",
        metric,
        timestamp(),
        value,
        dimensions());
  }

  private long timestamp() {
    long timestamp =
        switch (random.nextInt(5)) {
          case 0 -> nowMillis - random.nextLong(6 * DAY);
          case 1 -> nowMillis - random.nextLong(60) * 1_000;
          default -> nowMillis - random.nextLong(3 * HOUR);
        };
    written.add(timestamp);
    return timestamp;
  }

  private String dimensions() {
    TreeMap<String, String> dimensions = new TreeMap<>();
    for (String key : KEYS.subList(0, KEYS.size() - 1)) {
      if (random.nextInt(3) > 0) {
        dimensions.put(key, value(key));
      }
    }
    if (random.nextInt(50) == 0) {
      IntStream.range(0, 15).forEach(i -> dimensions.put("extra_" + i, one(TEXTS)));
    }
    return dimensions.entrySet().stream()
        .map(e -> "\"" + e.getKey() + "\":\"" + e.getValue() + "\"")
        .collect(Collectors.joining(",", "{", "}"));
  }

  private String value(String key) {
    return key.endsWith("_id") ? "c" + random.nextInt(40) : one(TEXTS);
  }

  Request question() {
    return switch (random.nextInt(10)) {
      case 0, 1 -> range();
      case 2, 3 -> rate();
      case 4 -> discovery();
      case 5 -> wrongQuery();
      default -> aggregate();
    };
  }

  private Request range() {
    return query("\"queryType\":\"range\",\"limit\":" + (1 + random.nextInt(3_000)));
  }

  private Request aggregate() {
    return query(
        "\"queryType\":\"aggregate\",\"aggregation\":\"%s\"%s%s%s"
            .formatted(
                one(AGGREGATIONS), groupBy(), random.nextBoolean() ? interval() : "", limit()));
  }

  private Request rate() {
    return query("\"queryType\":\"rate\"" + interval() + groupBy() + limit());
  }

  private Request wrongQuery() {
    String wrong =
        one(
            List.of(
                "\"queryType\":\"aggregate\",\"aggregation\":\"mode\"",
                "\"queryType\":\"range\",\"limit\":10001",
                "\"queryType\":\"rate\"",
                "\"queryType\":\"aggregate\",\"aggregation\":\"sum\",\"interval\":\"1s\"",
                "\"queryType\":\"range\",\"filters\":{\"_tenant_id\":\"x\"}",
                "\"queryType\":\"range\",\"cursor\":\"abc\""));
    long week = 7 * DAY;
    return new Request(
        "/api/v1/query",
        token(),
        "{%s,\"metricName\":\"latency\",\"timeRange\":{\"start\":%d,\"end\":%d}}"
            .formatted(wrong, nowMillis - week, nowMillis),
        "",
        1);
  }

  private Request query(String fields) {
    long one = instant();
    long other = instant();
    String body =
        "{%s,\"metricName\":\"%s\",\"timeRange\":{\"start\":%d,\"end\":%d},\"filters\":%s}"
            .formatted(
                fields,
                random.nextInt(30) == 0 ? "unknown" : one(METRICS),
                Math.min(one, other),
                Math.max(one, other),
                filters());
    return new Request("/api/v1/query", token(), body, "", 1);
  }

  private Request discovery() {
    String path =
        switch (random.nextInt(4)) {
          case 0 ->
              "?limit=%d&prefix=%s"
                  .formatted(1 + random.nextInt(6), one(List.of("", "", one(METRICS), "c", "m")));
          case 1 -> "/" + one(METRICS) + "/dimensions";
          default ->
              "/%s/dimensions/%s/values?limit=%d&prefix=%s"
                  .formatted(
                      one(METRICS),
                      one(KEYS),
                      1 + random.nextInt(50),
                      one(List.of("", "", "c", "e", "%C3%A9")));
        };
    return new Request("/api/v1/metrics" + path, token(), "", "", 1);
  }

  Request delete() {
    return new Request(
        "/api/v1/admin/metrics/" + one(METRICS) + "?before=" + instant(), token(), "", "", 1);
  }

  private String filters() {
    TreeSet<String> keys = new TreeSet<>();
    while (random.nextInt(5) < 2) {
      keys.add(one(KEYS));
    }
    return keys.stream()
        .map(key -> "\"" + key + "\":" + filter(key))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private String filter(String key) {
    if (random.nextInt(4) == 0) {
      return "\"\"";
    }
    return IntStream.rangeClosed(0, random.nextInt(20))
        .mapToObj(i -> "\"" + value(key) + "\"")
        .collect(Collectors.joining(",", "[", "]"));
  }

  private String groupBy() {
    TreeSet<String> keys = new TreeSet<>();
    while (random.nextInt(5) < 3) {
      keys.add(one(KEYS));
    }
    return keys.isEmpty()
        ? ""
        : keys.stream()
            .map(key -> "\"" + key + "\"")
            .collect(Collectors.joining(",", ",\"groupBy\":[", "]"));
  }

  private String interval() {
    return ",\"interval\":\"" + one(INTERVALS) + "\"";
  }

  private String limit() {
    return random.nextBoolean() ? "" : ",\"limit\":" + (1 + random.nextInt(30));
  }

  private long instant() {
    return written.get(random.nextInt(written.size())) + random.nextInt(3) - 1;
  }

  private String token() {
    return RunningServer.token(prefix + random.nextInt(2));
  }

  private <T> T one(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.load;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows in ClickHouse's RowBinary for a table whose columns were made for this very workload, sent
 * with their statement in the address.
 */
public final class HandMadeRows implements PointFormat {
  /** In the order of the bytes below. */
  private static final String COLUMNS =
      "metric_name,entity,customer_id,region,tier,host,endpoint,status_code,series,timestamp,value";

  private static final List<String> HEAD_COLUMNS = List.of("customer_id", "region", "tier", "host");
  private static final List<String> TAIL_COLUMNS = List.of("endpoint", "status_code");

  private final Population population;
  private final String path;
  // By the ordinal of the metric.
  private final List<Fragments> heads = new ArrayList<>();
  private final List<Fragments> tails = new ArrayList<>();

  /**
   * @param access the part of an address that says as whom and where to: {@code user=…&password=…}
   */
  public HandMadeRows(WorkloadSize size, String access, String table) {
    population = new Population(size);
    String statement = "INSERT INTO " + table + " (" + COLUMNS + ") FORMAT RowBinary";
    path = "/?" + access + "&query=" + URLEncoder.encode(statement, StandardCharsets.UTF_8);
    for (Metric metric : Metric.values()) {
      heads.add(new Fragments(population.heads(metric), head -> head(metric, head)));
      tails.add(
          new Fragments(
              Population.tails(metric),
              tail -> columns(TAIL_COLUMNS, Population.tail(metric, tail))));
    }
  }

  private String head(Metric metric, int head) {
    List<Tag> tags = population.head(metric, head);
    return text(metric.wireName())
        + columns(List.of("customer_id"), tags)
        + columns(HEAD_COLUMNS, tags);
  }

  private static String columns(List<String> keys, List<Tag> tags) {
    StringBuilder out = new StringBuilder();
    for (String key : keys) {
      String value =
          tags.stream().filter(t -> t.key().equals(key)).map(Tag::value).findFirst().orElse("");
      out.append(text(value));
    }
    return out.toString();
  }

  /** All are shorter than 128 bytes, so that their length is one byte. */
  private static String text(String value) {
    return (char) value.length() + value;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public String contentType() {
    return "application/octet-stream";
  }

  @Override
  public void open(BodyBuffer out) {}

  @Override
  public void point(
      BodyBuffer out, Metric metric, int series, long timestampMillis, long hundredths) {
    heads.get(metric.ordinal()).appendTo(out, population.headOf(metric, series));
    tails.get(metric.ordinal()).appendTo(out, Population.tailOf(metric, series));
    out.appendLittleEndian(Mix.mix(metric.ordinal(), series, 0));
    out.appendLittleEndian(timestampMillis);
    out.appendLittleEndian(Double.doubleToRawLongBits(hundredths / 100.0));
  }

  @Override
  public void close(BodyBuffer out) {}
}

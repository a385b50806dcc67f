// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.load;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The write body of Luminate. The bytes of a series' dimensions are the same in every batch. */
public final class JsonFormat implements PointFormat {
  private static final byte[] OPEN = ascii("{\"metrics\":[");
  private static final byte[] VALUE = ascii(",\"value\":");
  private static final byte[] DIMENSIONS = ascii(",\"dimensions\":{");
  private static final byte[] END_OF_POINT = ascii("}},");
  private static final byte[] CLOSE = ascii("]}");

  private final Population population;
  // By the ordinal of the metric.
  private final List<byte[]> starts = new ArrayList<>();
  private final List<Fragments> heads = new ArrayList<>();
  private final List<Fragments> tails = new ArrayList<>();

  public JsonFormat(WorkloadSize size) {
    population = new Population(size);
    for (Metric metric : Metric.values()) {
      starts.add(ascii("{\"name\":\"" + metric.wireName() + "\",\"timestamp\":"));
      heads.add(
          new Fragments(population.heads(metric), head -> pairs(population.head(metric, head))));
      tails.add(new Fragments(Population.tails(metric), tail -> tail(metric, tail)));
    }
  }

  private static String tail(Metric metric, int tail) {
    List<Tag> tags = Population.tail(metric, tail);
    return tags.isEmpty() ? "" : "," + pairs(tags);
  }

  private static String pairs(List<Tag> tags) {
    return tags.stream()
        .map(tag -> '"' + tag.key() + "\":\"" + tag.value() + '"')
        .collect(Collectors.joining(","));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public String path() {
    return "/api/v1/write";
  }

  @Override
  public String contentType() {
    return "application/json";
  }

  @Override
  public void open(BodyBuffer out) {
    out.append(OPEN);
  }

  @Override
  public void point(
      BodyBuffer out, Metric metric, int series, long timestampMillis, long hundredths) {
    out.append(starts.get(metric.ordinal()));
    out.append(timestampMillis);
    out.append(VALUE);
    out.appendHundredths(hundredths);
    out.append(DIMENSIONS);
    heads.get(metric.ordinal()).appendTo(out, population.headOf(metric, series));
    tails.get(metric.ordinal()).appendTo(out, Population.tailOf(metric, series));
    out.append(END_OF_POINT);
  }

  @Override
  public void close(BodyBuffer out) {
    if (out.length() > OPEN.length) {
      out.dropLast();
    }
    out.append(CLOSE);
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.load;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Influx line protocol in milliseconds, with the one field "value". */
public final class InfluxLines implements PointFormat {
  private static final byte[] VALUE = " value=".getBytes(StandardCharsets.US_ASCII);

  private final Population population;
  // By the ordinal of the metric.
  private final List<Fragments> heads = new ArrayList<>();
  private final List<Fragments> tails = new ArrayList<>();

  public InfluxLines(WorkloadSize size) {
    population = new Population(size);
    for (Metric metric : Metric.values()) {
      heads.add(
          new Fragments(
              population.heads(metric),
              head -> metric.wireName() + tags(population.head(metric, head))));
      tails.add(
          new Fragments(Population.tails(metric), tail -> tags(Population.tail(metric, tail))));
    }
  }

  private static String tags(List<Tag> tags) {
    return tags.stream()
        .map(tag -> "," + tag.key() + "=" + tag.value())
        .collect(Collectors.joining());
  }

  @Override
  public String path() {
    return "/write?precision=ms";
  }

  @Override
  public String contentType() {
    return "text/plain";
  }

  @Override
  public void open(BodyBuffer out) {}

  @Override
  public void point(
      BodyBuffer out, Metric metric, int series, long timestampMillis, long hundredths) {
    heads.get(metric.ordinal()).appendTo(out, population.headOf(metric, series));
    tails.get(metric.ordinal()).appendTo(out, Population.tailOf(metric, series));
    out.append(VALUE);
    out.appendHundredths(hundredths);
    out.append(' ');
    out.append(timestampMillis);
    out.append('\n');
  }

  @Override
  public void close(BodyBuffer out) {}
}

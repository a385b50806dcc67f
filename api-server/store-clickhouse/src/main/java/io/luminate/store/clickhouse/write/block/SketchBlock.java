// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.block;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** Rows of {@code cardinality}. */
public final class SketchBlock implements Block {
  private static final List<String> NAMES =
      List.of("tenant", "metric", "day", "process", "epoch", "expires", "sketch");

  private final List<Row> rows = new ArrayList<>();

  /**
   * How many series a process has met of a metric on a day.
   *
   * @param day UTC, since 1970
   * @param epoch how often the metric was counted anew
   * @param expiresSeconds since 1970
   * @param sketch as DataSketches serialises it
   */
  public record Row(
      String tenant,
      String metric,
      long day,
      String process,
      long epoch,
      long expiresSeconds,
      byte[] sketch) {}

  public void add(Row row) {
    rows.add(row);
  }

  public int rows() {
    return rows.size();
  }

  @Override
  public List<String> names() {
    return NAMES;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    NativeOutput output = new NativeOutput(out);
    output.beginBlock(NAMES.size(), rows.size());
    texts(output, "tenant", Row::tenant);
    texts(output, "metric", Row::metric);
    numbers(output, "day", Row::day);
    texts(output, "process", Row::process);
    numbers(output, "epoch", Row::epoch);
    numbers(output, "expires", Row::expiresSeconds);
    output.beginColumn("sketch", "String");
    for (Row row : rows) {
      output.room().putText(row.sketch());
    }
    output.end();
  }

  private void texts(NativeOutput output, String column, Function<Row, String> of)
      throws IOException {
    output.beginColumn(column, "String");
    for (Row row : rows) {
      output.room().putText(of.apply(row).getBytes(StandardCharsets.UTF_8));
    }
  }

  private void numbers(NativeOutput output, String column, ToLongFunction<Row> of)
      throws IOException {
    output.beginColumn(column, "Int64");
    for (Row row : rows) {
      output.room().putLong(of.applyAsLong(row));
    }
  }
}

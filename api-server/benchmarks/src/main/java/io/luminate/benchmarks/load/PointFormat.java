// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.load;

/** How points become the body of a write request. */
public sealed interface PointFormat permits JsonFormat, InfluxLines, HandMadeRows {
  String path();

  String contentType();

  void open(BodyBuffer out);

  void point(BodyBuffer out, Metric metric, int series, long timestampMillis, long hundredths);

  void close(BodyBuffer out);
}

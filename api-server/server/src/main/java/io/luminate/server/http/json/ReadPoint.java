// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http.json;

import io.luminate.server.ingest.Rejection;
import io.luminate.server.ingest.SpanKey;
import org.jspecify.annotations.Nullable;

/** What was read of a point: places in the body, numbers, and what is wrong with it. Reused. */
final class ReadPoint {
  static final int NAME = 1;
  static final int TIMESTAMP = 2;
  static final int VALUE = 4;
  static final int DIMENSIONS = 8;

  private static final int DEMANDED = NAME | TIMESTAMP | VALUE;

  /** Of the name and the dimensions, if {@link #cacheable}. */
  final SpanKey key = new SpanKey();

  /** Where it is in the batch, from 0. */
  int index;

  /** Fields that were there, of the four above. */
  int seen;

  /** -1 without a name. */
  int nameFrom;

  int nameTo;
  boolean nameEscaped;

  /** Both ends are the same without dimensions. */
  int dimensionsFrom;

  int dimensionsTo;
  long timestampMillis;
  double value;
  boolean cacheable;
  @Nullable Rejection nameProblem;
  @Nullable Rejection timestampProblem;
  @Nullable Rejection valueProblem;
  @Nullable Rejection dimensionsProblem;

  void begin(int newIndex) {
    index = newIndex;
    seen = 0;
    nameFrom = -1;
    dimensionsFrom = 0;
    dimensionsTo = 0;
    cacheable = false;
    nameProblem = null;
    timestampProblem = null;
    valueProblem = null;
    dimensionsProblem = null;
  }

  /** 0 of another one. */
  static int field(String name) {
    return switch (name) {
      case "name" -> NAME;
      case "timestamp" -> TIMESTAMP;
      case "value" -> VALUE;
      case "dimensions" -> DIMENSIONS;
      default -> 0;
    };
  }

  boolean has(int field) {
    return (seen & field) != 0;
  }

  /** Whether nothing is known to be wrong; the timestamp's range is not looked at. */
  boolean isClean() {
    return (seen & DEMANDED) == DEMANDED
        && nameProblem == null
        && timestampProblem == null
        && valueProblem == null
        && dimensionsProblem == null;
  }
}

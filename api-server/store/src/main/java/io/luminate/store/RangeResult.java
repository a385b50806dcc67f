// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import io.luminate.model.MetricPoint;
import java.util.List;
import java.util.Optional;

/**
 * One page of points; {@code next} is present exactly when there are more. It has as many as were
 * asked for, or those whose dimensions fit on it ({@link PageTexts}).
 */
public record RangeResult(List<MetricPoint> points, Optional<RangeCursor> next, ScanStats stats) {
  public RangeResult {
    points = List.copyOf(points);
  }
}

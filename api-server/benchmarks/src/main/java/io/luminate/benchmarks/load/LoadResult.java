// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.load;

import java.time.Duration;

/** What a load took, as the client saw it. */
public record LoadResult(
    long points, long bytes, Duration wall, double requestMillisP50, double requestMillisP99) {
  public double pointsPerSecond() {
    return points / (wall.toNanos() / 1e9);
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.query;

import io.luminate.store.SeriesBreakdown;
import java.time.Instant;
import java.util.Optional;

/**
 * What is known about a metric's series.
 *
 * @param lastRead by a query that found points; absent if there was none since {@code readsSince}
 */
public record MetricSeries(
    String metricName, SeriesBreakdown breakdown, Optional<Instant> lastRead, Instant readsSince) {}

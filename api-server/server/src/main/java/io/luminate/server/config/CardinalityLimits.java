// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

/** Default limits on names and series; lengths count Unicode code points. */
public record CardinalityLimits(
    int maxDimensionsPerMetric,
    int maxDimensionKeyLength,
    int maxDimensionValueLength,
    long maxUniqueSeriesPerMetric,
    long maxMetricsPerTenant) {}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.model;

/** One point of a metric: Unix milliseconds, a finite value, the dimensions of its series. */
public record MetricPoint(long timestampMillis, double value, Dimensions dimensions) {}

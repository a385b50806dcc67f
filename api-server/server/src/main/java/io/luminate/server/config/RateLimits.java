// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

/** Default limits of one tenant; 0 refuses everything. */
public record RateLimits(
    long writeRequestsPerSecond,
    long queryRequestsPerSecond,
    long metricsPerSecond,
    int concurrentQueries) {}

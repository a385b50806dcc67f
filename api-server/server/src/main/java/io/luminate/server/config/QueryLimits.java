// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import java.time.Duration;

/** Bounds of one query. */
public record QueryLimits(
    Duration maxQueryTimeout,
    Duration defaultQueryTimeout,
    Duration maxQueryTimeRange,
    int maxResultPoints,
    int maxGroupByCardinality) {}

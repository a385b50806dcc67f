// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import io.luminate.model.EntityKeys;

/** Everything that can be configured, one record per section of the file. */
public record LuminateConfig(
    ServerConfig server,
    AuthConfig auth,
    StorageConfig storage,
    RateLimits rateLimits,
    CardinalityLimits cardinalityLimits,
    QueryLimits queryLimits,
    LimitsConfig limits,
    BatchWriteConfig batchWrite,
    RetentionConfig retention,
    LoggingConfig logging,
    MetricsConfig metrics,
    ManagementConfig management,
    EntityKeys entityKeys) {}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import java.time.Duration;
import java.util.List;

/** The distributed store. An empty {@code cluster} means a single server. */
public record ClickHouseConfig(
    List<String> addresses,
    String database,
    String cluster,
    String username,
    Secret password,
    int maxOpenConns,
    int maxIdleConns,
    Duration connMaxLifetime) {}

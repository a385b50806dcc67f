// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import java.time.Duration;

/**
 * The server's own metrics.
 *
 * @param interval how old the figures read from the store may be
 */
public record MetricsConfig(boolean enabled, String path, Duration interval) {}

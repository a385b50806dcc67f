// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import java.time.Duration;

/**
 * The API's listener. Port 0 takes any free one.
 *
 * @param readTimeout protects from clients that send slowly
 * @param writeTimeout protects from clients that read slowly
 * @param shutdownTimeout how long requests in flight may take to finish
 */
public record ServerConfig(
    String host, int port, Duration readTimeout, Duration writeTimeout, Duration shutdownTimeout) {}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import java.time.Duration;

/**
 * Who may call.
 *
 * @param enabled without it every caller is the tenant {@code default}
 * @param tokenExpiry the longest whole life a token may have
 */
public record AuthConfig(
    boolean enabled, boolean allowAnonymous, KeySource keySource, Duration tokenExpiry) {}

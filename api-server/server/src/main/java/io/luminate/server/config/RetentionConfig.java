// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import io.luminate.model.RetentionPolicies;
import java.time.Duration;

/**
 * How long points live.
 *
 * @param cleanupInterval zero: the server never cleans up by itself, someone else triggers it
 */
public record RetentionConfig(RetentionPolicies policies, Duration cleanupInterval) {}

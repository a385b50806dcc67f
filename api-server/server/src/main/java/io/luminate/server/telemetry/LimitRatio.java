// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.telemetry;

/**
 * How much of a limit a tenant uses.
 *
 * @param limit as the setting is named
 * @param ratio 1 is all of it; infinite where something is used of nothing
 */
public record LimitRatio(String tenant, String limit, double ratio) {}

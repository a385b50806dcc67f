// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

/** What one retention run freed. */
public record RetentionReport(long points, long bytes) {}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import io.luminate.model.SeriesHash;

/**
 * Where a page of points ended: its last point, and how many points equal to it in (timestamp,
 * series, value bits) all pages so far have returned, at least 1.
 */
public record RangeCursor(long timestampMillis, SeriesHash series, double value, int repeats) {}

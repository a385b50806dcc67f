// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.store.rocksdb.segment.MetricEntry;
import io.luminate.store.rocksdb.segment.SegmentId;
import io.luminate.store.rocksdb.segment.SegmentReader;

/**
 * A metric in one segment.
 *
 * @param visibleFromMillis inclusive; earlier points count as absent (retention and deletes)
 * @param cuts earlier points of some series that count as absent, too
 */
public record SegmentPart(
    SegmentId segment,
    SegmentReader reader,
    MetricEntry entry,
    long visibleFromMillis,
    Cuts cuts) {}

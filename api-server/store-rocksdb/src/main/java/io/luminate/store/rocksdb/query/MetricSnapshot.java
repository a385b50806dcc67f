// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.model.TenantId;
import io.luminate.store.rocksdb.index.SeriesIndex;
import java.util.List;

/**
 * All that one metric holds at one moment. Parts without visible points may be left out.
 *
 * @param seriesCount every ordinal in segments and heads is below it
 */
public record MetricSnapshot(
    TenantId tenant,
    SeriesIndex index,
    int seriesCount,
    List<SegmentPart> segments,
    List<HeadPart> heads) {
  public MetricSnapshot {
    segments = List.copyOf(segments);
    heads = List.copyOf(heads);
  }
}

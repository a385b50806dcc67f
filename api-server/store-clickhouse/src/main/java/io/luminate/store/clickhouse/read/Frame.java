// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import io.luminate.model.TimeRange;
import io.luminate.store.clickhouse.read.MetricScans.Place;
import java.util.List;

/** What a question groups, wherever its statement goes on from there. */
record Frame(
    Place place, TimeRange range, long retainedFromMillis, List<String> groupBy, int limit) {

  boolean isOfEntities() {
    return place.isOfEntities();
  }

  /** For one statement. */
  Source source() {
    Parameters parameters = new Parameters();
    long fromMillis = Math.max(range.startMillis(), retainedFromMillis);
    return new Source(
        place.scan(fromMillis, parameters).to(range.endMillis()),
        new GroupKeys(groupBy, place.columns(), parameters),
        parameters,
        limit);
  }
}

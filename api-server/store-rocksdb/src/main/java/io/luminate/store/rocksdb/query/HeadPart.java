// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.store.rocksdb.head.PointPage;
import java.util.List;

/**
 * A metric's points of one UTC day that no segment holds yet.
 *
 * @param partitionDay the UTC day of all points, in days since the epoch
 * @param visibleFromMillis inclusive; earlier points count as absent (retention and deletes)
 * @param cuts earlier points of some series that count as absent, too
 */
public record HeadPart(int partitionDay, List<PointPage> pages, long visibleFromMillis, Cuts cuts) {
  public HeadPart {
    pages = List.copyOf(pages);
  }
}

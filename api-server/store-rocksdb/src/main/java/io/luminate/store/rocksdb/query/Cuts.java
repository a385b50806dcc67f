// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.model.Filter;
import io.luminate.store.rocksdb.index.SeriesIndex;
import java.util.ArrayList;
import java.util.List;

/**
 * Deletes of some of a metric's series that are not carried out where they are looked for. A delete
 * takes points of series that were there when it was made, so that its filters may be resolved at
 * any time later.
 */
public final class Cuts {
  public static final Cuts NONE = new Cuts(List.of());

  /** The points of matching series with {@code timestamp < beforeMillis} do not exist. */
  public record Cut(List<Filter> filters, long beforeMillis) {
    public Cut {
      filters = List.copyOf(filters);
    }
  }

  private record Resolved(List<SeriesFilter> filters, long beforeMillis) {
    boolean matches(int ordinal) {
      for (SeriesFilter filter : filters) {
        if (!filter.matchesAny(ordinal)) {
          return false;
        }
      }
      return true;
    }
  }

  private final List<Resolved> cuts;
  private final long highestMillis;

  private Cuts(List<Resolved> cuts) {
    this.cuts = cuts;
    this.highestMillis =
        cuts.stream().mapToLong(Resolved::beforeMillis).max().orElse(Long.MIN_VALUE);
  }

  public static Cuts of(List<Cut> deletes, SeriesIndex index) {
    List<Resolved> resolved = new ArrayList<>();
    for (Cut delete : deletes) {
      List<SeriesFilter> filters =
          delete.filters().stream().map(filter -> SeriesFilter.of(filter, index)).toList();
      if (filters.stream().noneMatch(SeriesFilter::matchesNone)) {
        resolved.add(new Resolved(filters, delete.beforeMillis()));
      }
    }
    return resolved.isEmpty() ? NONE : new Cuts(List.copyOf(resolved));
  }

  /** These, if anything at or above the instant may be cut; else none. */
  Cuts above(long millis) {
    return highestMillis > millis ? this : NONE;
  }

  public boolean isEmpty() {
    return cuts.isEmpty();
  }

  /** Points from here on are not cut; {@link Long#MIN_VALUE} if there are no cuts. */
  public long highestMillis() {
    return highestMillis;
  }

  /** The series' points below it are gone. */
  public long fromMillis(int ordinal) {
    long from = Long.MIN_VALUE;
    for (Resolved cut : cuts) {
      if (cut.beforeMillis() > from && cut.matches(ordinal)) {
        from = cut.beforeMillis();
      }
    }
    return from;
  }
}

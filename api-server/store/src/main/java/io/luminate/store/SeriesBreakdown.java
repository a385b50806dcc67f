// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import io.luminate.model.Utf8Order;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;

/**
 * What the series of a metric are made of: those with points in whole UTC days any part of which is
 * retained.
 *
 * @param keys those whose loss would leave the fewest series first, ties by UTF-8 bytes; none that
 *     no series has
 * @param moreKeys whether there are others, with fewer values
 * @param days that have points, ascending
 */
public record SeriesBreakdown(long series, List<KeyShare> keys, boolean moreKeys, List<Day> days) {
  /** Each costs a pass over all series. */
  public static final int KEYS_MAX = 100;

  private static final Comparator<KeyShare> FEWEST_LEFT =
      Comparator.comparingLong(KeyShare::seriesWithout)
          .thenComparing(KeyShare::name, Utf8Order.COMPARATOR);

  public static final SeriesBreakdown NONE = new SeriesBreakdown(0, List.of(), false, List.of());

  /**
   * One dimension key.
   *
   * @param values different ones
   * @param seriesWithout series that there would be if none had this key
   */
  public record KeyShare(String name, long values, long seriesWithout) {}

  /**
   * One UTC day.
   *
   * @param series that have a point in it
   * @param newSeries those of them without one in a retained day before
   */
  public record Day(LocalDate date, long series, long newSeries) {}

  public SeriesBreakdown {
    keys = keys.stream().sorted(FEWEST_LEFT).toList();
    days = List.copyOf(days);
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.report;

import java.util.Locale;

/** A number with three digits that mean something. */
public final class Figure {
  private Figure() {}

  /** A dash for what was not measured. */
  public static String text(double value) {
    if (Double.isNaN(value)) {
      return "–";
    }
    String format =
        value >= 1_000 ? "%,.0f" : value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value).replace(',', ' ');
  }
}

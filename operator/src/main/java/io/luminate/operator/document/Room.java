// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.document;

import java.nio.charset.StandardCharsets;

/** How many quotas find room in a document. */
record Room(DocumentWriter writer, int gzipBytesMax) {
  /** All, or as many of the first as there is room for. What is about retention always has room. */
  QuotaChoice fitting(QuotaChoice quotas) {
    int most = Math.min(quotas.chosen().size(), NextDocument.TENANTS_MAX);
    QuotaChoice all = quotas.first(most, gzipBytesMax);
    return fits(all) ? all : quotas.first(mostFitting(quotas, most), gzipBytesMax);
  }

  /** Halves the range between a number that fits and one that does not. */
  private int mostFitting(QuotaChoice quotas, int tooMany) {
    int fits = 0;
    int over = tooMany;
    while (over - fits > 1) {
      int middle = (fits + over) >>> 1;
      if (fits(quotas.first(middle, gzipBytesMax))) {
        fits = middle;
      } else {
        over = middle;
      }
    }
    return fits;
  }

  private boolean fits(QuotaChoice quotas) {
    // The longest version, so that the size does not depend on it.
    String text = writer.write(NextDocument.VERSION_MAX, quotas.specs());
    return text.getBytes(StandardCharsets.UTF_8).length <= GzipText.TEXT_BYTES_MAX
        && GzipText.write(text).length <= gzipBytesMax;
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import java.util.Comparator;

/**
 * A limit that a tenant is near to.
 *
 * @param limit as a quota names it
 * @param metric whose series are meant; "" where it is none's
 */
public record NearLimit(String limit, String metric) implements Comparable<NearLimit> {
  private static final Comparator<NearLimit> ORDER =
      Comparator.comparing(NearLimit::limit).thenComparing(NearLimit::metric);

  @Override
  public int compareTo(NearLimit other) {
    return ORDER.compare(this, other);
  }
}

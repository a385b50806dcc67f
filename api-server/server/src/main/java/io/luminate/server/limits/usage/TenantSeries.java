// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits.usage;

import java.util.List;
import java.util.Optional;

/**
 * The series of a tenant at one moment.
 *
 * @param metrics how many it has
 * @param largest those with most series, descending; not all
 * @param near what is near its limit
 */
public record TenantSeries(Counted metrics, List<Counted> largest, List<LimitUse> near) {
  /**
   * A count with how it got there.
   *
   * @param growth empty if there is none, or too little is known
   */
  public record Counted(LimitUse use, Optional<Growth> growth) {}

  public TenantSeries {
    largest = List.copyOf(largest);
    near = List.copyOf(near);
  }
}

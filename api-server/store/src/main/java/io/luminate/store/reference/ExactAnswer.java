// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.reference;

import io.luminate.store.ScanStats;
import java.util.List;

/** All groups of a query in the order of their rank, however many the query wants returned. */
public record ExactAnswer(List<ExactGroup> groups, ScanStats stats) {
  public ExactAnswer {
    groups = groups.stream().sorted(ExactGroup.BY_RANK).toList();
  }

  List<ExactGroup> top(int limit) {
    return groups.subList(0, Math.min(limit, groups.size()));
  }
}

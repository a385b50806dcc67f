// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * What has to be left of one writer's points after its deletes with filters: those that were
 * acknowledged hold, each other one holds in all of its groups or in none.
 */
final class CullsExpected {
  private final Map<Long, Integer> places;

  /** Deletes that hold. */
  private final TreeSet<Long> applied;

  /**
   * @param places that are there, as bits by request
   * @param acknowledged requests whose delete was answered
   */
  CullsExpected(Map<Long, Integer> places, Collection<Long> acknowledged) {
    this.places = places;
    this.applied = new TreeSet<>(acknowledged);
  }

  /** Of all requests that are stored, in whatever order. */
  void verify(Collection<Long> stored, String where) {
    stored.stream()
        .filter(Culls::endsWithCull)
        .filter(request -> !applied.contains(request))
        .sorted(Comparator.reverseOrder())
        .forEach(request -> settle(request, where));
    Map<Long, Integer> expected = new HashMap<>();
    for (long request : stored) {
      int left = left(request);
      if (left != 0) {
        expected.put(request, left);
      }
    }
    assertThat(places).as(where).isEqualTo(expected);
  }

  /** A delete that nobody answered: its own request's points say whether it holds. */
  private void settle(long request, String where) {
    int[] open =
        Arrays.stream(Culls.groups(request)).filter(group -> lastOf(group) < request).toArray();
    int taken = 0;
    for (int group : open) {
      int left = places.getOrDefault(request, 0) >> group * Culls.POINTS & Culls.WHOLE;
      taken += left == 0 ? 1 : 0;
    }
    assertThat(taken)
        .as("%s: groups of the delete with request %d that are gone", where, request)
        .isIn(0, open.length);
    if (taken > 0) {
      applied.add(request);
    }
  }

  private int left(long request) {
    int left = 0;
    for (int group = 0; group < Culls.GROUPS; group++) {
      if (lastOf(group) < request) {
        left |= Culls.WHOLE << group * Culls.POINTS;
      }
    }
    return left;
  }

  /** The last delete that holds and takes the group; -1 if there is none. */
  private long lastOf(int group) {
    for (long cull : applied.descendingSet()) {
      if (Culls.takes(cull, group)) {
        return cull;
      }
    }
    return -1;
  }
}

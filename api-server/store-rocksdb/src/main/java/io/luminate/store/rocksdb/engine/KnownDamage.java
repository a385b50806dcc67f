// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.store.rocksdb.segment.CorruptSegmentException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What was found lost or unreadable since the start. Each place is logged once. A damaged segment
 * is neither merged nor dropped before its day is past, for what is readable in it.
 */
final class KnownDamage {
  private static final System.Logger LOG = System.getLogger(KnownDamage.class.getName());

  /** Bounds the health reply and the log; by then it is the disk, not a place on it. */
  private static final int PLACES_MAX = 20;

  private final Set<String> places = new LinkedHashSet<>();
  private boolean more;

  /** Found and logged by recovery. */
  synchronized void foundAtStart(List<String> losses) {
    losses.forEach(this::add);
  }

  synchronized void found(CorruptSegmentException e) {
    if (add(String.valueOf(e.getMessage()))) {
      LOG.log(System.Logger.Level.ERROR, "stored bytes are unreadable: " + e.getMessage(), e);
    }
  }

  private boolean add(String place) {
    if (places.size() == PLACES_MAX) {
      more = more || !places.contains(place);
      return false;
    }
    return places.add(place);
  }

  /** One line each, in order of discovery. */
  synchronized List<String> places() {
    List<String> all = new ArrayList<>(places);
    if (more) {
      all.add("more places are damaged than the first " + PLACES_MAX);
    }
    return all;
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Outages, each of one namespace, or of all where all are watched at once. */
final class CacheOutages {
  private final Map<String, CacheOutage> places = new ConcurrentHashMap<>();

  CacheOutage of(String place) {
    return places.computeIfAbsent(place, _ -> new CacheOutage());
  }
}

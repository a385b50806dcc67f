// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What logs say of each thing now, so that what lasts is said once. Safe for use by many threads.
 */
final class SaidOnce {
  private final Map<String, String> byThing = new ConcurrentHashMap<>();

  /** Whether it is not what was said of the thing last; it is from now on. */
  boolean isNew(String thing, String text) {
    return !text.equals(byThing.put(thing, text));
  }

  /** There is nothing to be said of it any more. */
  void forget(String thing) {
    byThing.remove(thing);
  }

  /** Forgets all others. */
  void keep(Collection<String> things) {
    byThing.keySet().retainAll(things);
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How long after a failure a cluster is tried again. Safe for use by many threads. */
final class Backoff {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final Map<String, Duration> byUid = new ConcurrentHashMap<>();

  /** Twice as long as after the failure before, up to a minute; it never gives up. */
  Duration failed(String uid) {
    return byUid.merge(uid, FIRST, (last, _) -> shorter(last.multipliedBy(2), LONGEST));
  }

  void succeeded(String uid) {
    byUid.remove(uid);
  }

  /** Forgets all others. */
  void keep(Collection<String> uids) {
    byUid.keySet().retainAll(uids);
  }

  static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}

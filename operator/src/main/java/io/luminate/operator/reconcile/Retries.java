// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** When what has failed may be tried again. Safe for use by many threads. */
final class Retries {
  private final Backoff backoff = new Backoff();
  private final Map<String, Instant> notBefore = new ConcurrentHashMap<>();

  boolean isDue(String uid, Instant now) {
    return !now.isBefore(notBefore.getOrDefault(uid, Instant.MIN));
  }

  void failed(String uid, Instant now) {
    notBefore.put(uid, now.plus(backoff.failed(uid)));
  }

  void succeeded(String uid) {
    notBefore.remove(uid);
    backoff.succeeded(uid);
  }

  /** Forgets all others. */
  void keep(Collection<String> uids) {
    notBefore.keySet().retainAll(uids);
    backoff.keep(uids);
  }
}

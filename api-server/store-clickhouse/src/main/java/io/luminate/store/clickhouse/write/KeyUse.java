// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import io.luminate.store.AcceptedPoints;
import io.luminate.store.BodyHash;
import io.luminate.store.WriteDecision;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One use of an idempotency key, as the ledger has it.
 *
 * @param usedMillis when, in Unix ms by the clock of the process that bound it; of later uses of
 *     the key, after the window, it is higher
 * @param nonce by which whoever bound it knows its own, a random number
 * @param done whether the points are known to be stored
 */
record KeyUse(BodyHash body, WriteDecision decision, long usedMillis, long nonce, boolean done) {
  boolean isSameAs(KeyUse other) {
    return usedMillis == other.usedMillis && nonce == other.nonce;
  }

  /** {@code 5:1,3} for five points of which the second and the fourth are refused. */
  static String text(AcceptedPoints accepted) {
    return accepted.count()
        + ":"
        + accepted.refused().stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  static AcceptedPoints accepted(String text) {
    int colon = text.indexOf(':');
    String refused = text.substring(colon + 1);
    return new AcceptedPoints(
        Integer.parseInt(text.substring(0, colon)),
        refused.isEmpty()
            ? List.of()
            : Arrays.stream(refused.split(",")).map(Integer::valueOf).toList());
  }
}

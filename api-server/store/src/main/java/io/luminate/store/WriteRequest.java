// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import java.util.Optional;

/** A batch, and the idempotency key it came under, if any, with the answer to give again. */
public record WriteRequest(PointBatch batch, Optional<Keyed> keyed) {

  /** {@code receipt} is opaque to the store and kept for the idempotency window. */
  public record Keyed(IdempotencyClaim.Held claim, byte[] receipt) {}

  public static WriteRequest unkeyed(PointBatch batch) {
    return new WriteRequest(batch, Optional.empty());
  }

  public static WriteRequest keyed(PointBatch batch, IdempotencyClaim.Held claim, byte[] receipt) {
    return new WriteRequest(batch, Optional.of(new Keyed(claim, receipt)));
  }
}

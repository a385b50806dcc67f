// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A delete that is in force; its bytes may still have to be freed.
 *
 * @param points that queries could see before and cannot since; empty while they are counted, and
 *     if that took too long or was cut off
 * @param doneAt when it was first known that nothing is left to be freed
 */
public record DeleteReceipt(
    String operationId,
    DeleteRequest request,
    OptionalLong points,
    Instant requestedAt,
    Optional<Instant> doneAt) {
  /** How many of a tenant are kept; the oldest that are done go first. */
  public static final int KEPT_MAX = 1_000;

  public enum Status {
    /** Invisible already, bytes are still being freed. */
    RUNNING,
    DONE
  }

  public Status status() {
    return doneAt.isPresent() ? Status.DONE : Status.RUNNING;
  }

  public DeleteReceipt counted(OptionalLong removed) {
    return new DeleteReceipt(operationId, request, removed, requestedAt, doneAt);
  }

  public DeleteReceipt done(Instant at) {
    return new DeleteReceipt(operationId, request, points, requestedAt, Optional.of(at));
  }
}

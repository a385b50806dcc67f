// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

/** Why a store refused, and whose matter it is. */
public enum ErrorCode {
  INVALID_QUERY(Kind.USER),
  IDEMPOTENCY_KEY_REUSED(Kind.USER),
  CARDINALITY_EXCEEDED(Kind.USER),
  BATCH_TOO_LARGE(Kind.USER),
  QUERY_TIMEOUT(Kind.INSUFFICIENT_RESOURCES),
  QUERY_CANCELLED(Kind.INSUFFICIENT_RESOURCES),
  QUERY_MEMORY_EXCEEDED(Kind.INSUFFICIENT_RESOURCES),
  OVERLOADED(Kind.INSUFFICIENT_RESOURCES),
  STORAGE_UNAVAILABLE(Kind.EXTERNAL),
  STORAGE_CORRUPTED(Kind.INTERNAL),
  INTERNAL_ERROR(Kind.INTERNAL);

  /** Who can mend it: the caller, nobody but us, more resources, or a system we depend on. */
  public enum Kind {
    USER,
    INTERNAL,
    INSUFFICIENT_RESOURCES,
    EXTERNAL
  }

  private final Kind kind;

  ErrorCode(Kind kind) {
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import io.luminate.store.ErrorCode;
import io.luminate.store.QueryControl;
import io.luminate.store.StoreException;
import io.luminate.store.clickhouse.client.ClickHouseFailure;
import java.util.Map;
import java.util.Set;

/** What a failed statement is to the one who asked. */
final class ReadFailure {
  private static final int TIMEOUT_EXCEEDED = 159;
  private static final int TOO_SLOW = 160;
  private static final int TOO_MANY_SIMULTANEOUS_QUERIES = 202;
  private static final Set<Integer> CANCELLED = Set.of(394, 735);

  /**
   * Unknown function, unknown identifier, illegal type, wrong number of arguments, syntax, type
   * mismatch, not an aggregate, bad parameter: a statement that this package should not have made.
   */
  private static final Set<Integer> OURS = Set.of(42, 43, 46, 47, 53, 62, 215, 386, 456, 457);

  private ReadFailure() {}

  static StoreException of(ClickHouseFailure failure, QueryControl control, long memoryBytesMax) {
    int code = failure.code();
    if (code == TIMEOUT_EXCEEDED || code == TOO_SLOW) {
      return control.timedOut();
    }
    if (code == Refusal.OWN_MEMORY.code) {
      return memory(failure, memoryBytesMax);
    }
    if (code == TOO_MANY_SIMULTANEOUS_QUERIES) {
      return new StoreException(
          ErrorCode.OVERLOADED, "ClickHouse has too many queries at work", failure);
    }
    if (CANCELLED.contains(code)) {
      return new StoreException(
          ErrorCode.QUERY_CANCELLED, "the query was cancelled in ClickHouse", failure);
    }
    if (code == ClickHouseFailure.NO_CONNECTION_FREE) {
      return new StoreException(ErrorCode.OVERLOADED, failure.inShort(), failure);
    }
    return new StoreException(
        OURS.contains(code) ? ErrorCode.INTERNAL_ERROR : ErrorCode.STORAGE_UNAVAILABLE,
        failure.inShort(),
        failure);
  }

  /** ClickHouse has the same code for what one query, a user, or everybody uses. */
  private static StoreException memory(ClickHouseFailure failure, long memoryBytesMax) {
    if (Refusal.OWN_MEMORY.is(failure)) {
      return new StoreException(
          ErrorCode.QUERY_MEMORY_EXCEEDED,
          "the query needs more than its limit of " + memoryBytesMax + " bytes of memory",
          Map.of("limit_bytes", memoryBytesMax));
    }
    return new StoreException(
        ErrorCode.OVERLOADED, "ClickHouse has no memory for the query now", failure);
  }
}

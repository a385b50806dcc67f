// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import io.luminate.store.ErrorCode;
import io.luminate.store.StoreException;
import io.luminate.store.clickhouse.client.ClickHouseFailure;
import java.util.Map;
import java.util.Set;

/**
 * What ClickHouse's refusals mean to whoever changes something. The numbers are those of {@code
 * system.errors}.
 */
public enum WriteFailure {
  /** Worth another try as long as there is time. */
  PASSING,

  /** Worth a few tries; then whoever sends so much had better wait. */
  OVERLOADED,

  /** Somebody has to mend it. */
  LASTING;

  /**
   * TOO_MANY_SIMULTANEOUS_QUERIES, MEMORY_LIMIT_EXCEEDED, TOO_MANY_PARTS, CANNOT_SCHEDULE_TASK, and
   * no connection in time.
   */
  private static final Set<Integer> OVERLOAD_CODES =
      Set.of(202, 241, 252, 439, ClickHouseFailure.NO_CONNECTION_FREE);

  /**
   * TIMEOUT_EXCEEDED, SOCKET_TIMEOUT, NETWORK_ERROR, NO_ZOOKEEPER, ABORTED, TABLE_IS_READ_ONLY (a
   * replica without its Keeper), ALL_CONNECTION_TRIES_FAILED, TOO_FEW_LIVE_REPLICAS,
   * UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE, UNKNOWN_STATUS_OF_INSERT, QUERY_WAS_CANCELLED,
   * KEEPER_EXCEPTION.
   */
  private static final Set<Integer> PASSING_CODES =
      Set.of(159, 209, 210, 225, 236, 242, 279, 285, 286, 319, 394, 999);

  /**
   * Asked before anything is stored: UNKNOWN_TABLE, UNKNOWN_DATABASE, READONLY, UNKNOWN_USER,
   * WRONG_PASSWORD, TOO_MANY_SIMULTANEOUS_QUERIES, TOO_MANY_PARTS, ACCESS_DENIED,
   * AUTHENTICATION_FAILED.
   */
  private static final Set<Integer> UNTOUCHED_CODES =
      Set.of(60, 81, 164, 192, 193, 202, 252, 497, 516);

  public static WriteFailure of(ClickHouseFailure failure) {
    if (OVERLOAD_CODES.contains(failure.code())) {
      return OVERLOADED;
    }
    return !failure.refused() || PASSING_CODES.contains(failure.code()) ? PASSING : LASTING;
  }

  /** Whether some of an insert into one server may be stored. */
  static boolean leavesDoubt(ClickHouseFailure failure) {
    return failure.sent() && !UNTOUCHED_CODES.contains(failure.code());
  }

  /**
   * For whoever sent the points: the log has ClickHouse's own words.
   *
   * @param doubt whether some of them may be stored
   */
  StoreException answer(boolean doubt, ClickHouseFailure cause) {
    StoreException answer = answer(doubt);
    answer.initCause(cause);
    return answer;
  }

  StoreException answer(boolean doubt) {
    String stored =
        doubt
            ? "it is not known whether the points were stored: only a retry under the same"
                + " Idempotency-Key is safe"
            : "nothing was stored";
    Map<String, Object> details = Map.of("stored", doubt ? "unknown" : "no");
    ErrorCode code = this == OVERLOADED ? ErrorCode.OVERLOADED : ErrorCode.STORAGE_UNAVAILABLE;
    return new StoreException(code, description() + "; " + stored, details);
  }

  String description() {
    return this == OVERLOADED
        ? "the storage has more to do than it can"
        : "the storage is not available";
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.client;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Serial;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/** A statement that failed. Whether it took effect is unknown unless it was never sent. */
public final class ClickHouseFailure extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /** Not an answer of the server. */
  public static final int NO_ANSWER = 0;

  /** No answer of the server either: all connections were in use for too long. */
  public static final int NO_CONNECTION_FREE = -1;

  private final int code;
  private final boolean sent;

  /**
   * TOO_MANY_SIMULTANEOUS_QUERIES, TABLE_IS_READ_ONLY (of a replica without Keeper),
   * NOT_ENOUGH_SPACE, TOO_MANY_PARTS, AUTHENTICATION_FAILED, KEEPER_EXCEPTION.
   */
  private static final Set<Integer> OF_ONE_SERVER = Set.of(202, 242, 243, 252, 516, 999);

  private ClickHouseFailure(int code, boolean sent, String message) {
    super(message);
    this.code = code;
    this.sent = sent;
  }

  private static ClickHouseFailure of(int code, boolean sent, String message, Throwable cause) {
    ClickHouseFailure failure = new ClickHouseFailure(code, sent, message);
    failure.initCause(cause);
    return failure;
  }

  /**
   * @param code of the server
   * @param message of it too
   */
  public static ClickHouseFailure refused(int code, String message) {
    return new ClickHouseFailure(code, true, message);
  }

  /** From something between us and the server, such as a load balancer. */
  static ClickHouseFailure strangeAnswer(int status, String said) {
    return new ClickHouseFailure(
        NO_ANSWER, true, "an answer that is not ClickHouse's, with status " + status + ": " + said);
  }

  /**
   * @param name of the addresses
   */
  static ClickHouseFailure noAnswer(String name, Throwable cause) {
    return of(NO_ANSWER, true, "no answer from ClickHouse (" + name + "): " + cause, cause);
  }

  /** Nothing was sent. */
  static ClickHouseFailure noConnection(String name, Throwable cause) {
    return of(NO_ANSWER, false, "no connection to ClickHouse (" + name + "): " + cause, cause);
  }

  static ClickHouseFailure noneFree(String name) {
    return new ClickHouseFailure(
        NO_CONNECTION_FREE, false, "all connections to ClickHouse (" + name + ") are in use");
  }

  /** ClickHouse's own number of the error, {@link #NO_ANSWER}, or {@link #NO_CONNECTION_FREE}. */
  public int code() {
    return code;
  }

  /** Whether a server may have seen the statement. */
  public boolean sent() {
    return sent;
  }

  /** What to tell somebody who need not know where ClickHouse is. */
  public String inShort() {
    return switch (code) {
      case NO_ANSWER -> "ClickHouse does not answer";
      case NO_CONNECTION_FREE -> "all connections to ClickHouse are in use";
      default -> "ClickHouse refuses: error " + code;
    };
  }

  /** Whether the server said so: nothing of the statement is under way any more. */
  public boolean refused() {
    return code != NO_ANSWER;
  }

  /**
   * Whether a server may have seen the statement, and the connection to it ended before the wait.
   */
  boolean broken() {
    return !refused()
        && sent
        && isOf(IOException.class)
        && !isOf(InterruptedIOException.class)
        && !isOf(TimeoutException.class);
  }

  private boolean isOf(Class<? extends Exception> kind) {
    for (Throwable t = getCause(); t != null; t = t.getCause()) {
      if (kind.isInstance(t)) {
        return true;
      }
    }
    return false;
  }

  /** Whether another server that has the same tables may well do what this one refused. */
  boolean ofOneServer() {
    return OF_ONE_SERVER.contains(code);
  }
}

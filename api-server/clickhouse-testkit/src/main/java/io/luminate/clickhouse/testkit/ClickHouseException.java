// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit;

/** What ClickHouse answered instead of a result, or why it could not be asked or started. */
public final class ClickHouseException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** No server answered; any real code is positive. */
  public static final int NO_ANSWER = 0;

  private final int code;

  ClickHouseException(int code, String message) {
    super(message);
    this.code = code;
  }

  ClickHouseException(String message) {
    this(NO_ANSWER, message);
  }

  ClickHouseException(String message, Throwable cause) {
    super(message, cause);
    this.code = NO_ANSWER;
  }

  /** ClickHouse's number of the error, as in {@code system.errors}; 516 is a wrong password. */
  public int code() {
    return code;
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import io.luminate.store.clickhouse.client.ClickHouseFailure;
import java.util.regex.Pattern;

/** Why ClickHouse ends a statement that asks for too much, in place of which another one may do. */
enum Refusal {
  /** A limit on rows; the only ones are those of {@link ReadLimits}. */
  TOO_MANY_ROWS(158) {
    @Override
    boolean is(ClickHouseFailure failure) {
      return failure.code() == code;
    }
  },

  /** The statement's own limit of memory, not one of the user's or of all that the server does. */
  OWN_MEMORY(241) {
    @Override
    boolean is(ClickHouseFailure failure) {
      return failure.code() == code
          && OF_ONE_QUERY.matcher(String.valueOf(failure.getMessage())).find();
    }
  };

  /** As it is said now, and as it was in 2025. */
  private static final Pattern OF_ONE_QUERY =
      Pattern.compile("Query memory limit exceeded|Memory limit \\(for query\\) exceeded");

  final int code;

  Refusal(int code) {
    this.code = code;
  }

  abstract boolean is(ClickHouseFailure failure);
}

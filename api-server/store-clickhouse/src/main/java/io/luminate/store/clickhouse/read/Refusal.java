// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import io.luminate.store.clickhouse.client.ClickHouseFailure;

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
          && String.valueOf(failure.getMessage()).contains("Query memory limit exceeded");
    }
  };

  final int code;

  Refusal(int code) {
    this.code = code;
  }

  abstract boolean is(ClickHouseFailure failure);
}

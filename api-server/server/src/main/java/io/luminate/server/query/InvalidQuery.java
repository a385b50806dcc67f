// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.query;

import io.luminate.store.ErrorCode;
import io.luminate.store.StoreException;
import java.util.Map;

/** Refusals that name the field, the limit and the value seen. */
public final class InvalidQuery {
  private InvalidQuery() {}

  public static StoreException field(String field, String problem) {
    return new StoreException(
        ErrorCode.INVALID_QUERY, field + " " + problem, Map.of("field", field));
  }

  static StoreException over(String field, String limit, long maximum, long received) {
    return new StoreException(
        ErrorCode.INVALID_QUERY,
        field + " is at most " + maximum + " (" + limit + "), got " + received,
        Map.of("field", field, limit, maximum, "received", received));
  }
}

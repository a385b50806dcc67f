// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.query;

import io.luminate.store.ErrorCode;
import io.luminate.store.StoreException;
import java.util.HashMap;
import java.util.Map;

/** Refusals that name the field, the limit and the value seen. */
public final class InvalidQuery {
  private InvalidQuery() {}

  public static StoreException field(String field, String problem) {
    return new StoreException(
        ErrorCode.INVALID_QUERY, field + " " + problem, Map.of("field", field));
  }

  /**
   * @param details beside the field: a limit, its value and what was seen
   */
  public static StoreException of(String field, String problem, Map<String, Object> details) {
    Map<String, Object> all = new HashMap<>(details);
    all.put("field", field);
    return new StoreException(ErrorCode.INVALID_QUERY, field + " " + problem, all);
  }

  /** A value beside its bounds; what was seen may be a number or text. */
  public static StoreException limit(String field, String problem, Limit limit, Object received) {
    return new StoreException(
        ErrorCode.INVALID_QUERY,
        field + " " + problem + ", got " + received,
        Map.of("field", field, limit.name(), limit.value(), "received", received));
  }

  /** A bound by its name. */
  public record Limit(String name, long value) {}

  /**
   * @param what is over the limit, which need not be the field alone
   */
  static StoreException over(String field, String what, Limit limit, long received) {
    return new StoreException(
        ErrorCode.INVALID_QUERY,
        what + " is at most " + limit.value() + " (" + limit.name() + "), got " + received,
        Map.of("field", field, limit.name(), limit.value(), "received", received));
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.server.http.reply.ApiException;
import java.util.Map;
import java.util.Optional;

/**
 * Which tenants are asked about.
 *
 * @param after only those whose names come behind
 * @param limit most of them, from 1
 * @param nearAlone whether only those who are near a limit are meant
 */
record UsagePage(String after, int limit, boolean nearAlone) {
  private static final int TENANTS_DEFAULT = 100;
  private static final int TENANTS_MAX = 10_000;

  static UsagePage of(Optional<String> after, Optional<String> limit) {
    String text = limit.orElse(String.valueOf(TENANTS_DEFAULT));
    int number = text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : 0;
    if (number < 1 || number > TENANTS_MAX) {
      throw new ApiException(
          400,
          "INVALID_REQUEST",
          "limit must be from 1 to " + TENANTS_MAX,
          Map.of("field", "limit", "max_limit", TENANTS_MAX));
    }
    return new UsagePage(after.orElse(""), number, false);
  }

  UsagePage ofNear() {
    return new UsagePage(after, limit, true);
  }
}

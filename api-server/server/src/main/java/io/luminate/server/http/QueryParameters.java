// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.server.http.reply.ApiException;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.Map;
import java.util.Set;

/** A misspelt parameter would otherwise answer another question than the one that was asked. */
final class QueryParameters {
  private static final int SHOWN_LENGTH_MAX = 64;

  private QueryParameters() {}

  /** Refuses parameters that are not known and those that come twice. */
  static void check(ContainerRequestContext context, String code, Set<String> known) {
    context
        .getUriInfo()
        .getQueryParameters()
        .forEach(
            (name, values) -> {
              if (!known.contains(name)) {
                throw problem(code, name, "is not a known parameter");
              }
              if (values.size() > 1) {
                throw problem(code, name, "comes " + values.size() + " times");
              }
            });
  }

  private static ApiException problem(String code, String name, String what) {
    String shown =
        name.length() <= SHOWN_LENGTH_MAX ? name : name.substring(0, SHOWN_LENGTH_MAX) + "…";
    return new ApiException(400, code, shown + " " + what, Map.of("field", shown));
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.server.http.reply.ApiError;
import io.luminate.server.http.reply.ApiException;
import io.luminate.server.http.reply.Failures;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;

/**
 * One answer to methods that a path does not know, wherever it is given: OPTIONS is one of them.
 */
public final class AllowedMethods implements ContainerResponseFilter {
  AllowedMethods() {}

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    String allowed = response.getHeaderString(HttpHeaders.ALLOW);
    if (allowed == null) {
      return;
    }
    response.getHeaders().putSingle(HttpHeaders.ALLOW, methods(allowed));
    if (response.getStatus() < 300) {
      ApiError error = Failures.ofStatus(405);
      response.setStatus(error.status());
      response.setEntity(error, null, Replies.JSON_TYPE);
    }
  }

  /** Jersey's answer to OPTIONS, and its silence about HEAD, are put right. */
  private static String methods(String allowed) {
    return Arrays.stream(allowed.split(","))
        .map(String::strip)
        .filter(method -> !method.equals("OPTIONS"))
        .flatMap(method -> method.equals("GET") ? Stream.of("GET", "HEAD") : Stream.of(method))
        .distinct()
        .sorted()
        .collect(Collectors.joining(", "));
  }

  /** For paths that are read alone, outside Jersey. */
  static void checkRead(Request request, Response response) {
    if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
      response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
      throw new ApiException(Failures.ofStatus(405));
    }
  }
}

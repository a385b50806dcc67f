// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.server.http.reply.ApiError;
import io.luminate.server.http.reply.Failures;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;

/** Everything that is thrown under Jersey, in the one shape of errors. */
public final class FailureMapper implements ExceptionMapper<Throwable> {
  @Override
  public Response toResponse(Throwable failure) {
    ApiError error = Failures.of(failure);
    Response.ResponseBuilder reply =
        Response.status(error.status()).type(Replies.JSON).entity(error);
    if (failure instanceof WebApplicationException container
        && container.getResponse().getHeaderString(HttpHeaders.ALLOW) != null) {
      reply.header(HttpHeaders.ALLOW, container.getResponse().getHeaderString(HttpHeaders.ALLOW));
    }
    if (error.status() == 401) {
      reply.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }
    if (error.retryAfterSeconds() > 0) {
      reply.header(HttpHeaders.RETRY_AFTER, error.retryAfterSeconds());
    }
    return reply.build();
  }
}

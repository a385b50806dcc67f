// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.server.http.reply.ApiError;
import io.luminate.server.http.reply.ApiException;
import io.luminate.server.http.reply.Failures;
import io.luminate.server.telemetry.RequestId;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Jetty's own errors in the shape of ours. */
final class ErrorReplies extends ErrorHandler {
  @Override
  public boolean errorPageForMethod(String method) {
    return true;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    ApiError error = error(request, response);
    if (error.status() == 400) {
      close(request, response);
    }
    Object id = request.getAttribute(RequestIds.ATTRIBUTE);
    response
        .getHeaders()
        .put(RequestId.HEADER, id instanceof String text ? text : RequestId.of(""));
    RateGate.putHead(request, response);
    Replies.error(response, callback, error);
    return true;
  }

  private static ApiError error(Request request, Response response) {
    return request.getAttribute(ERROR_EXCEPTION) instanceof Throwable failure
            && failure.getCause() instanceof ApiException ours
        ? ours.error()
        : Failures.ofStatus(response.getStatus());
  }

  /** What else comes on this connection may be the rest of what was wrong. */
  private static void close(Request request, Response response) {
    HttpVersion version = request.getConnectionMetaData().getHttpVersion();
    if (version.getVersion() < HttpVersion.HTTP_2.getVersion()) {
      response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
    }
  }
}

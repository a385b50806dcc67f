// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.server.http.reply.ApiError;
import io.luminate.server.http.reply.Failures;
import io.luminate.server.telemetry.RequestId;
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
    ApiError error = Failures.ofStatus(response.getStatus());
    Object id = request.getAttribute(RequestIds.ATTRIBUTE);
    response
        .getHeaders()
        .put(RequestId.HEADER, id instanceof String text ? text : RequestId.of(""));
    Replies.error(response, callback, error);
    return true;
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.server.telemetry.RequestId;
import java.util.Optional;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Where requests come in: gives every one an id, and puts it on the reply. */
final class RequestIds extends Handler.Wrapper {
  static final String ATTRIBUTE = "io.luminate.request_id";

  RequestIds(Handler next) {
    super(next);
  }

  static String of(Request request) {
    return request.getAttribute(ATTRIBUTE) instanceof String id ? id : "";
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    TimedEndPoint.headComplete(request);
    String sent = Optional.ofNullable(request.getHeaders().get(RequestId.HEADER)).orElse("");
    String id = RequestId.of(sent);
    request.setAttribute(ATTRIBUTE, id);
    response.getHeaders().put(RequestId.HEADER, id);
    return super.handle(request, response, callback);
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.server.http.reply.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * {@code /live} and {@code /ready}. Storage has no say in either: an outage would take away the
 * very replies that explain it.
 */
final class ProbeHandler extends Handler.Abstract {
  private final BooleanSupplier ready;

  ProbeHandler(BooleanSupplier ready) {
    this.ready = ready;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String path = Request.getPathInContext(request);
    if (!path.equals("/live") && !path.equals("/ready")) {
      return false;
    }
    try {
      AllowedMethods.checkRead(request, response);
      answer(path, response, callback);
    } catch (ApiException refused) {
      Replies.error(response, callback, refused.error());
    }
    return true;
  }

  private void answer(String path, Response response, Callback callback) {
    if (path.equals("/live")) {
      text(response, callback, "live");
    } else if (ready.getAsBoolean()) {
      text(response, callback, "ready");
    } else {
      throw new ApiException(503, "NOT_READY", "starting or shutting down");
    }
  }

  private static void text(Response response, Callback callback, String word) {
    byte[] body = (word + "\n").getBytes(StandardCharsets.US_ASCII);
    Replies.send(response, callback, 200, "text/plain", body);
  }
}

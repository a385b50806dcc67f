// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.server.http.reply.Failures;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers 431 to headers over HTTP/2 that are too large. Jetty resets the stream instead, which
 * says nothing; so it is told a larger bound, and only beyond that one it does.
 */
final class HeaderSizes extends Handler.Wrapper {
  /** Beside a header's name and value: what HTTP/1.1 puts between them and behind. */
  private static final int BYTES_PER_HEADER = 4;

  private final int bytesMax;

  HeaderSizes(Handler next, int bytesMax) {
    super(next);
    this.bytesMax = bytesMax;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    HttpVersion version = request.getConnectionMetaData().getHttpVersion();
    if (version == HttpVersion.HTTP_2 && bytes(request) > bytesMax) {
      Replies.error(response, callback, Failures.ofStatus(431));
      return true;
    }
    return super.handle(request, response, callback);
  }

  private static long bytes(Request request) {
    long bytes = request.getHttpURI().getPathQuery().length();
    for (HttpField field : request.getHeaders()) {
      String value = field.getValue();
      bytes += field.getName().length() + (value == null ? 0 : value.length()) + BYTES_PER_HEADER;
    }
    return bytes;
  }
}

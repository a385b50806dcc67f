// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static io.luminate.server.limits.RateLimiter.Kind.QUERY_REQUESTS;

import io.luminate.server.auth.Authenticator;
import io.luminate.server.auth.Scope;
import io.luminate.server.http.reply.Failures;
import io.luminate.server.telemetry.Telemetry;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** The server's own metrics, which name tenants. */
final class ScrapeHandler extends Handler.Abstract {
  private final String path;
  private final Telemetry telemetry;
  private final RateGate rates;
  private final Optional<Authenticator> authenticator;

  /**
   * @param authenticator empty where the listener itself is the fence
   */
  ScrapeHandler(
      String path, Telemetry telemetry, RateGate rates, Optional<Authenticator> authenticator) {
    this.path = path;
    this.telemetry = telemetry;
    this.rates = rates;
    this.authenticator = authenticator;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    if (!path.equals(Request.getPathInContext(request))) {
      return false;
    }
    try {
      Optional<Caller> caller = authenticator.map(known -> Caller.of(known, request));
      caller
          .flatMap(Caller::tenant)
          .ifPresent(tenant -> rates.enter(QUERY_REQUESTS, tenant, request, response));
      AllowedMethods.checkRead(request, response);
      caller.ifPresent(who -> who.required().require(Scope.CLUSTER_ADMIN));
      String type = Telemetry.contentType(header(request, HttpHeader.ACCEPT));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      telemetry.scrape(type, out);
      Replies.send(response, callback, 200, type, out.toByteArray());
    } catch (RuntimeException refused) {
      Replies.error(response, callback, Failures.of(refused));
    }
    return true;
  }

  private static String header(Request request, HttpHeader name) {
    return Optional.ofNullable(request.getHeaders().get(name)).orElse("");
  }
}

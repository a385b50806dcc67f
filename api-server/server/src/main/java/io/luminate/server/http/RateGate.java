// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.model.TenantId;
import io.luminate.server.http.reply.ApiError;
import io.luminate.server.http.reply.ApiException;
import io.luminate.server.limits.ConcurrentQueries;
import io.luminate.server.limits.RateLimiter;
import io.luminate.server.limits.RateLimiter.Kind;
import io.luminate.server.limits.Taken;
import io.luminate.server.telemetry.Telemetry;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;

/**
 * Lets a tenant's requests in as fast and as many at once as its limits say, and tells it how much
 * is left.
 */
final class RateGate {
  private static final String LIMIT = "X-RateLimit-Limit";
  private static final String REMAINING = "X-RateLimit-Remaining";
  private static final String RESET = "X-RateLimit-Reset";

  /** The attribute of a request that has its {@link Head}. */
  private static final String HEAD = "io.luminate.rate";

  private static final int MILLIS_PER_SECOND = 1_000;

  /** For who is refused until somebody changes a limit, in seconds. */
  private static final int RETRY_SECONDS_MAX = 60;

  private final RateLimiter limiter;
  private final ConcurrentQueries running;
  private final Telemetry telemetry;
  private final InstantSource clock;

  RateGate(
      RateLimiter limiter, ConcurrentQueries running, Telemetry telemetry, InstantSource clock) {
    this.limiter = limiter;
    this.running = running;
    this.telemetry = telemetry;
    this.clock = clock;
  }

  /** Counts a request; what is left goes into the reply's head, whatever becomes of it. */
  void enter(Kind kind, TenantId tenant, Request request, Response response) {
    Taken taken = limiter.take(kind, tenant, 1);
    long fullAtMillis = clock.millis() + TimeUnit.NANOSECONDS.toMillis(taken.fullInNanos());
    Head head =
        new Head(
            taken.rate().share(), taken.remaining(), Math.ceilDiv(fullAtMillis, MILLIS_PER_SECOND));
    request.setAttribute(HEAD, head);
    head.putInto(response);
    if (!taken.granted()) {
      throw refused(kind, tenant, taken, 1);
    }
  }

  /** Puts it there once more, where Jetty begins a reply anew. */
  static void putHead(Request request, Response response) {
    if (request.getAttribute(HEAD) instanceof Head head) {
      head.putInto(response);
    }
  }

  /** What a reply says of its request's bucket. */
  private record Head(long limit, long remaining, long fullAtSeconds) {
    void putInto(Response response) {
      HttpFields.Mutable fields = response.getHeaders();
      fields.put(LIMIT, limit);
      fields.put(REMAINING, remaining);
      fields.put(RESET, fullAtSeconds);
    }
  }

  /** How many points the tenant may send right now. */
  long available(TenantId tenant) {
    return limiter.take(Kind.POINTS, tenant, 0).remaining();
  }

  /** Counts the points of a batch, all of them or none. */
  void takePoints(TenantId tenant, int points) {
    Taken taken = limiter.take(Kind.POINTS, tenant, points);
    if (!taken.granted()) {
      throw refused(Kind.POINTS, tenant, taken, points);
    }
  }

  /** A place for what asks the store about points. */
  ConcurrentQueries.Place enterQuery(TenantId tenant) {
    return running.enter(tenant).orElseThrow(() -> tooManyQueries(tenant));
  }

  private ApiException tooManyQueries(TenantId tenant) {
    int share = running.share(tenant);
    return tooMany(
        tenant,
        "the tenant has as many queries at work here as it may, " + share,
        Map.of(
            "limit",
            "concurrent_queries",
            "value",
            running.limit(tenant),
            "share",
            share,
            "received",
            share + 1));
  }

  /** A place among all of the tenant's calls. */
  TenantShares.Place enterCall(TenantId tenant, TenantShares shares) {
    return shares.enter(tenant).orElseThrow(() -> tooManyCalls(tenant, shares.callsMax()));
  }

  private ApiException tooManyCalls(TenantId tenant, int most) {
    return tooMany(
        tenant,
        "the tenant has as many requests at work here, or replies that it did not read, as it may, "
            + most,
        Map.of("limit", "max_concurrent_requests", "value", most, "received", most + 1));
  }

  private ApiException tooMany(TenantId tenant, String message, Map<String, Object> details) {
    telemetry.rateLimitExceeded(tenant);
    return new ApiException(429, "RATE_LIMIT_EXCEEDED", message, details);
  }

  private ApiException refused(Kind kind, TenantId tenant, Taken taken, int received) {
    telemetry.rateLimitExceeded(tenant);
    long limit = taken.rate().perSecond();
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("limit", kind.limit());
    details.put("value", limit);
    details.put("received", received);
    details.put("available", taken.remaining());
    String what = kind == Kind.POINTS ? "points" : "requests of this kind";
    String message =
        "the tenant may send %d %s a second; %d came, %d could have been taken, and none was"
            .formatted(limit, what, received, taken.remaining());
    ApiError error = new ApiError(429, "RATE_LIMIT_EXCEEDED", message, details);
    return new ApiException(error.retryAfter(retrySeconds(taken)));
  }

  private static int retrySeconds(Taken taken) {
    long seconds = Math.ceilDiv(taken.enoughInNanos(), TimeUnit.SECONDS.toNanos(1));
    return Math.clamp(seconds, 1, RETRY_SECONDS_MAX);
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.model.TenantId;
import io.luminate.server.auth.Principal;
import io.luminate.server.auth.Scope;
import io.luminate.server.http.json.QueryReader;
import io.luminate.server.http.json.QueryReply;
import io.luminate.server.http.reply.ApiException;
import io.luminate.server.limits.ConcurrentQueries;
import io.luminate.server.query.QueryAnswer;
import io.luminate.server.query.QueryPlan;
import io.luminate.server.query.QueryRequest;
import io.luminate.server.query.QueryService;
import io.luminate.server.telemetry.QueryKind;
import io.luminate.server.telemetry.Telemetry;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code POST /api/v1/query}. */
@Path("/api/v1/query")
public final class QueryResource {
  private final QueryService queries;
  private final ConcurrentQueries running;
  private final Telemetry telemetry;

  QueryResource(QueryService queries, ConcurrentQueries running, Telemetry telemetry) {
    this.queries = queries;
    this.running = running;
    this.telemetry = telemetry;
  }

  @POST
  public Response query(@Context ContainerRequestContext context) throws IOException {
    ApiCall call = ApiCall.of(context);
    Principal principal = call.require(Scope.READ);
    long startNanos = System.nanoTime();
    QueryRequest request = QueryReader.read(call.json());
    call.tally().of(kind(request));
    try (ConcurrentQueries.Place _ =
        running.enter(principal.tenant()).orElseThrow(() -> tooMany(principal.tenant()))) {
      return run(call, principal, request, startNanos);
    }
  }

  private static QueryKind kind(QueryRequest request) {
    return switch (request.kind()) {
      case RANGE -> QueryKind.RANGE;
      case AGGREGATE -> QueryKind.AGGREGATE;
      case RATE -> QueryKind.RATE;
    };
  }

  private ApiException tooMany(TenantId tenant) {
    telemetry.rateLimitExceeded(tenant);
    int share = running.share(tenant);
    return new ApiException(
        429,
        "RATE_LIMIT_EXCEEDED",
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

  private Response run(ApiCall call, Principal principal, QueryRequest request, long startNanos) {
    call.tally().begin();
    QueryPlan plan = queries.plan(ApiCall.readScope(principal), request);
    QueryAnswer answer = queries.run(plan, call.start(plan.timeout()));
    long nanos = System.nanoTime() - startNanos;
    call.reply(QueryReply.body(answer, TimeUnit.NANOSECONDS.toMillis(nanos)));
    call.tally().answered(QueryReply.rows(answer));
    return Response.ok().type(Replies.JSON).build();
  }
}

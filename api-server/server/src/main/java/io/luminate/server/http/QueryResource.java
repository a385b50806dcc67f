// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.server.auth.Principal;
import io.luminate.server.auth.Scope;
import io.luminate.server.http.json.QueryReader;
import io.luminate.server.http.json.QueryReply;
import io.luminate.server.limits.ConcurrentQueries;
import io.luminate.server.query.QueryAnswer;
import io.luminate.server.query.QueryPlan;
import io.luminate.server.query.QueryRequest;
import io.luminate.server.query.QueryService;
import io.luminate.server.telemetry.QueryKind;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** {@code POST /api/v1/query}. */
@Path("/api/v1/query")
public final class QueryResource {
  private final QueryService queries;

  QueryResource(QueryService queries) {
    this.queries = queries;
  }

  @POST
  public Response query(@Context ContainerRequestContext context) throws IOException {
    ApiCall call = ApiCall.of(context);
    Principal principal = call.require(Scope.READ);
    long startNanos = System.nanoTime();
    QueryRequest request = QueryReader.read(call.json());
    call.tally().of(kind(request));
    try (ConcurrentQueries.Place _ = call.enterQuery(principal)) {
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

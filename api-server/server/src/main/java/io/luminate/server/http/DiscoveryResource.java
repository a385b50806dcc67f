// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.server.auth.Principal;
import io.luminate.server.auth.Scope;
import io.luminate.server.http.json.CardinalityReply;
import io.luminate.server.http.json.ReplyJson;
import io.luminate.server.limits.ConcurrentQueries;
import io.luminate.server.query.MetricSeries;
import io.luminate.server.query.QueryService;
import io.luminate.server.query.ReadScope;
import io.luminate.store.KeysResult;
import io.luminate.store.MetricNamesResult;
import io.luminate.store.QueryControl;
import io.luminate.store.ValuesResult;
import io.luminate.store.ValuesResult.ValueCount;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * {@code GET /api/v1/metrics…}: names of metrics, their keys, the values of a key, and what makes
 * series many.
 */
@Path("/api/v1/metrics")
public final class DiscoveryResource {
  private static final String TRUNCATED = "X-Luminate-Truncated";

  private final QueryService queries;

  DiscoveryResource(QueryService queries) {
    this.queries = queries;
  }

  @GET
  public Response metrics(
      @Context ContainerRequestContext context,
      @QueryParam("limit") @DefaultValue("10000") String limit,
      @QueryParam("prefix") @DefaultValue("") String prefix) {
    return answer(
        context,
        Set.of("limit", "prefix"),
        (scope, control) -> Answer.of(queries.metrics(scope, prefix, limit, control)));
  }

  @GET
  @Path("{name}/dimensions")
  public Response keys(@Context ContainerRequestContext context, @PathParam("name") String name) {
    return answer(
        context,
        Set.of(),
        (scope, control) -> Answer.of(queries.dimensionKeys(scope, name, control)));
  }

  @GET
  @Path("{name}/dimensions/{key}/values")
  public Response values(
      @Context ContainerRequestContext context,
      @PathParam("name") String name,
      @PathParam("key") String key,
      @QueryParam("limit") @DefaultValue("100") String limit,
      @QueryParam("prefix") @DefaultValue("") String prefix) {
    return answer(
        context,
        Set.of("limit", "prefix"),
        (scope, control) ->
            Answer.of(queries.dimensionValues(scope, name, key, prefix, limit, control)));
  }

  @GET
  @Path("{name}/cardinality")
  public Response cardinality(
      @Context ContainerRequestContext context, @PathParam("name") String name) {
    return answer(
        context,
        Set.of(),
        (scope, control) -> {
          MetricSeries series = queries.series(scope, name, control);
          return new Answer(
              CardinalityReply.of(series), series.breakdown().keys().size(), Optional.empty());
        });
  }

  /**
   * What is told, and of lists whether there is more.
   *
   * @param rows as they are counted
   */
  private record Answer(ReplyJson.Body body, int rows, Optional<Boolean> truncated) {
    static Answer of(List<String> names, boolean truncated) {
      return new Answer(ReplyJson.strings(names), names.size(), Optional.of(truncated));
    }

    static Answer of(MetricNamesResult result) {
      return of(result.names(), result.truncated());
    }

    static Answer of(KeysResult result) {
      return of(result.keys(), result.truncated());
    }

    static Answer of(ValuesResult result) {
      return of(result.values().stream().map(ValueCount::value).toList(), result.truncated());
    }
  }

  private Response answer(
      ContainerRequestContext context,
      Set<String> parameters,
      BiFunction<ReadScope, QueryControl, Answer> query) {
    ApiCall call = ApiCall.of(context);
    Principal principal = call.require(Scope.READ);
    QueryParameters.check(context, "INVALID_QUERY", parameters);
    try (ConcurrentQueries.Place _ = call.enterQuery(principal)) {
      return answer(call, principal, query);
    }
  }

  private Response answer(
      ApiCall call, Principal principal, BiFunction<ReadScope, QueryControl, Answer> query) {
    call.tally().begin();
    Answer answer =
        query.apply(
            ApiCall.readScope(principal), call.start(queries.discoveryTimeout(principal.tenant())));
    call.reply(answer.body());
    call.tally().answered(answer.rows());
    Response.ResponseBuilder response = Response.ok().type(Replies.JSON);
    answer.truncated().ifPresent(more -> response.header(TRUNCATED, more));
    return response.build();
  }
}

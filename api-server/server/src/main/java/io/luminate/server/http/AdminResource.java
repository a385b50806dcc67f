// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.server.auth.Principal;
import io.luminate.server.auth.Scope;
import io.luminate.server.http.json.DeleteReply;
import io.luminate.server.http.json.RetentionChange;
import io.luminate.server.http.reply.ApiException;
import io.luminate.server.ingest.PointRules;
import io.luminate.server.limits.ConcurrentQueries;
import io.luminate.server.limits.RetentionInForce;
import io.luminate.server.limits.document.LimitsDocument;
import io.luminate.store.DeleteReceipt;
import io.luminate.store.DeleteRequest;
import io.luminate.store.MetricsStore;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/** Retention and deletion, of the caller's own tenant. */
@Path("/api/v1/admin")
public final class AdminResource {
  private static final int ID_LENGTH_MAX = 64;

  private final MetricsStore store;
  private final RetentionInForce inForce;

  AdminResource(MetricsStore store, RetentionInForce inForce) {
    this.store = store;
    this.inForce = inForce;
  }

  @POST
  @Path("retention")
  public Response retention(@Context ContainerRequestContext context) throws IOException {
    ApiCall call = ApiCall.of(context);
    Principal principal = call.require(Scope.ADMIN);
    RetentionChange change = RetentionChange.read(call.json());
    checkName(change.metricName());
    inForce.ruling().ifPresent(AdminResource::refuse);
    Instant appliedAt =
        store.setRetention(
            principal.tenant(), change.metricName(), Duration.ofDays(change.retentionDays()));
    call.reply(
        json -> {
          json.writeStartObject();
          json.writeStringField("metric_name", change.metricName());
          json.writeNumberField("retention_days", change.retentionDays());
          json.writeStringField("applied_at", appliedAt.toString());
          json.writeEndObject();
        });
    return Response.ok().type(Replies.JSON).build();
  }

  private static void refuse(LimitsDocument document) {
    throw new ApiException(
        403,
        "FORBIDDEN",
        "retention is ruled by the limits document ("
            + document.versionText()
            + "): change the resource RetentionPolicy that it is made of",
        Map.of("resource", "RetentionPolicy"));
  }

  /** Every parameter but {@code before} is a dimension, which several times means any of them. */
  @DELETE
  @Path("metrics/{name}")
  public Response delete(@Context ContainerRequestContext context, @PathParam("name") String name) {
    ApiCall call = ApiCall.of(context);
    Principal principal = call.require(Scope.ADMIN);
    checkName(name);
    DeleteParameters parameters = DeleteParameters.of(context.getUriInfo().getQueryParameters());
    DeleteRequest request =
        new DeleteRequest(
            principal.tenant(), name, parameters.beforeMillis(), parameters.filters());
    // It counts the points that it deletes.
    try (ConcurrentQueries.Place _ = call.enterQuery(principal)) {
      call.reply(DeleteReply.of(store.deleteBefore(request)));
    }
    return Response.status(Response.Status.ACCEPTED).type(Replies.JSON).build();
  }

  /** What became of a delete; another tenant's is as unknown as one that never was. */
  @GET
  @Path("operations/{id}")
  public Response operation(@Context ContainerRequestContext context, @PathParam("id") String id) {
    ApiCall call = ApiCall.of(context);
    Principal principal = call.require(Scope.ADMIN);
    QueryParameters.check(context, "INVALID_REQUEST", Set.of());
    DeleteReceipt receipt =
        store
            .findDelete(principal.tenant(), id.length() <= ID_LENGTH_MAX ? id : "")
            .orElseThrow(() -> new ApiException(404, "NOT_FOUND", "there is no such operation"));
    call.reply(DeleteReply.of(receipt));
    return Response.ok().type(Replies.JSON).build();
  }

  private static void checkName(String name) {
    if (!PointRules.matchesPattern(name) || name.length() > PointRules.NAME_LENGTH_MAX) {
      throw new ApiException(
          400,
          "INVALID_METRIC_NAME",
          "metric name must match "
              + PointRules.NAME_PATTERN
              + " and have 1 to "
              + PointRules.NAME_LENGTH_MAX
              + " characters, got "
              + name.length(),
          Map.of(
              "metric_name",
              PointRules.excerpt(name),
              "pattern",
              PointRules.NAME_PATTERN,
              "max_length",
              PointRules.NAME_LENGTH_MAX,
              "length",
              name.length()));
    }
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.model.TenantId;
import io.luminate.server.auth.Principal;
import io.luminate.server.auth.Scope;
import io.luminate.server.http.json.ReplyJson;
import io.luminate.server.http.reply.ApiException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code GET /api/v1/usage}: limits and their use, of the caller's tenant or of all. */
@Path("/api/v1/usage")
public final class UsageResource {
  private static final List<Scope> SCOPES = List.of(Scope.READ, Scope.ADMIN, Scope.CLUSTER_ADMIN);

  private final UsageView usage;

  UsageResource(UsageView usage) {
    this.usage = usage;
  }

  @GET
  public Response usage(
      @Context ContainerRequestContext context,
      @QueryParam("tenant") @Nullable String tenant,
      @QueryParam("limit") @Nullable String limit,
      @QueryParam("after") @Nullable String after) {
    ApiCall call = ApiCall.of(context);
    Principal principal = call.requireWholeTenant(SCOPES);
    QueryParameters.check(context, "INVALID_REQUEST", Set.of("tenant", "limit", "after"));
    boolean paged = limit != null || after != null;
    Optional<String> asked = Optional.ofNullable(tenant);
    if (paged || asked.filter(name -> !name.equals(principal.tenant().value())).isPresent()) {
      principal.require(Scope.CLUSTER_ADMIN);
    }
    if (paged && asked.isPresent()) {
      throw invalid("tenant", "tenant comes without limit and after");
    }
    boolean ofAll = principal.scopes().contains(Scope.CLUSTER_ADMIN) && asked.isEmpty();
    ReplyJson.Body body =
        ofAll
            ? usage.of(UsagePage.of(Optional.ofNullable(after), Optional.ofNullable(limit)), false)
            : usage.of(asked.map(UsageResource::tenant).orElse(principal.tenant()));
    call.reply(body);
    return Response.ok().type(Replies.JSON).build();
  }

  private static TenantId tenant(String name) {
    try {
      return new TenantId(name);
    } catch (IllegalArgumentException e) {
      throw invalid("tenant", "tenant is no name of one: " + e.getMessage());
    }
  }

  private static ApiException invalid(String field, String message) {
    return new ApiException(400, "INVALID_REQUEST", message, Map.of("field", field));
  }
}

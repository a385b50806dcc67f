// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.server.http.json.StorageReply;
import io.luminate.server.http.reply.ApiError;
import io.luminate.store.MetricsStore;
import io.luminate.store.StoreHealth;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.TimeUnit;

/** {@code GET /api/v1/health}, without a token. */
@Path(HealthResource.PATH)
public final class HealthResource {
  static final String PATH = "/api/v1/health";

  private final MetricsStore store;
  private final String backend;
  private final String version;
  private final long startNanos = System.nanoTime();

  HealthResource(MetricsStore store, String backend, String version) {
    this.store = store;
    this.backend = backend;
    this.version = version;
  }

  @GET
  public Response health(@Context ContainerRequestContext context) {
    ApiCall call = ApiCall.of(context);
    call.checkUri();
    StoreHealth health = StorageReply.health(store);
    boolean healthy = health instanceof StoreHealth.Healthy;
    call.reply(
        json -> {
          json.writeStartObject();
          json.writeStringField("status", healthy ? "healthy" : "unhealthy");
          json.writeStringField("version", version);
          json.writeObjectFieldStart("storage");
          json.writeStringField("backend", backend);
          StorageReply.fields(json, health);
          if (health instanceof StoreHealth.Healthy good) {
            json.writeNumberField("disk_used_bytes", good.diskUsedBytes());
            if (!good.warnings().isEmpty()) {
              json.writeArrayFieldStart("warnings");
              for (String warning : good.warnings()) {
                json.writeString(warning);
              }
              json.writeEndArray();
            }
          }
          json.writeEndObject();
          json.writeNumberField(
              "uptime_seconds", TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos));
          json.writeEndObject();
        });
    Response.ResponseBuilder reply = Response.status(healthy ? 200 : 503).type(Replies.JSON);
    return (healthy ? reply : reply.header(HttpHeaders.RETRY_AFTER, ApiError.RETRY_AFTER_SECONDS))
        .build();
  }
}

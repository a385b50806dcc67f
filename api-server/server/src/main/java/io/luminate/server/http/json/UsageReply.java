// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.luminate.model.TenantId;
import io.luminate.server.config.TenantLimit;
import io.luminate.server.limits.ConcurrentQueries;
import io.luminate.server.limits.LimitsInForce;
import io.luminate.server.limits.RateLimiter;
import io.luminate.server.limits.RateLimiter.Kind;
import io.luminate.server.limits.Taken;
import io.luminate.server.limits.TenantLimits;
import io.luminate.store.MetricCardinality;
import io.luminate.store.StoreStats;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What tenants have and use, in JSON: an object for each limit, so that more can be said about it
 * later.
 */
public final class UsageReply {
  /** Whom to ask. */
  public record Sources(LimitsInForce limits, RateLimiter rates, ConcurrentQueries queries) {}

  /** What the store says about itself. */
  public record Stored(StoreStats stats, List<MetricCardinality> largestMetrics) {}

  private UsageReply() {}

  /**
   * Usage of some tenants.
   *
   * @param truncated whether there are more, behind the last of these
   * @param stored empty: the store is away
   */
  public static ReplyJson.Body of(
      Sources sources, List<TenantId> tenants, boolean truncated, Optional<Stored> stored) {
    return json -> {
      json.writeStartObject();
      json.writeNumberField("replicas", sources.limits().replicas());
      json.writeObjectFieldStart("tenants");
      for (TenantId tenant : tenants) {
        json.writeFieldName(tenant.value());
        tenant(json, sources, tenant);
      }
      json.writeEndObject();
      json.writeBooleanField("truncated", truncated);
      if (stored.isPresent()) {
        stored(json, stored.get());
      }
      json.writeEndObject();
    };
  }

  private static void tenant(JsonGenerator json, Sources sources, TenantId tenant)
      throws IOException {
    TenantLimits limits = sources.limits().of(tenant);
    json.writeStartObject();
    for (TenantLimit limit : TenantLimit.values()) {
      switch (limit) {
        case WRITE_REQUESTS -> rate(json, sources, tenant, limit, Kind.WRITE_REQUESTS);
        case QUERY_REQUESTS -> rate(json, sources, tenant, limit, Kind.QUERY_REQUESTS);
        case METRICS -> rate(json, sources, tenant, limit, Kind.POINTS);
        case CONCURRENT_QUERIES -> concurrent(json, sources.queries(), tenant, limit);
        case MAX_SERIES, MAX_METRICS -> {
          json.writeObjectFieldStart(limit.field());
          json.writeNumberField("limit", limits.value(limit));
          json.writeEndObject();
        }
        case MAX_QUERY_TIMEOUT,
            DEFAULT_QUERY_TIMEOUT,
            MAX_QUERY_TIME_RANGE,
            MAX_RESULT_POINTS,
            MAX_GROUPS -> {}
      }
    }
    json.writeEndObject();
  }

  private static void rate(
      JsonGenerator json, Sources sources, TenantId tenant, TenantLimit limit, Kind kind)
      throws IOException {
    Taken now = sources.rates().take(kind, tenant, 0);
    json.writeObjectFieldStart(limit.field());
    json.writeNumberField("limit", now.rate().perSecond());
    json.writeNumberField("share", now.rate().share());
    json.writeNumberField("left", now.remaining());
    json.writeEndObject();
  }

  private static void concurrent(
      JsonGenerator json, ConcurrentQueries queries, TenantId tenant, TenantLimit limit)
      throws IOException {
    int share = queries.share(tenant);
    int running = queries.running(tenant);
    json.writeObjectFieldStart(limit.field());
    json.writeNumberField("limit", queries.limit(tenant));
    json.writeNumberField("share", share);
    json.writeNumberField("used", running);
    json.writeNumberField("left", Math.max(0, share - running));
    json.writeEndObject();
  }

  private static void stored(JsonGenerator json, Stored stored) throws IOException {
    json.writeObjectFieldStart("store");
    json.writeNumberField("series", stored.stats().series());
    json.writeNumberField("points", stored.stats().points());
    json.writeNumberField("diskBytes", stored.stats().diskBytes());
    json.writeArrayFieldStart("largestMetrics");
    for (MetricCardinality metric : stored.largestMetrics()) {
      json.writeStartObject();
      json.writeStringField("tenant", metric.tenant().value());
      json.writeStringField("metric", metric.metricName());
      json.writeNumberField("series", metric.series());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}

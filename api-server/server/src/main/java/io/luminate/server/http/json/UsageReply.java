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
import io.luminate.server.limits.TenantLimits;
import io.luminate.server.limits.Use;
import io.luminate.server.limits.usage.Growth;
import io.luminate.server.limits.usage.LimitUse;
import io.luminate.server.limits.usage.RateUse;
import io.luminate.server.limits.usage.SeriesReading;
import io.luminate.server.limits.usage.TenantSeries;
import io.luminate.store.MetricCardinality;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * What tenants have and use, in JSON: an object for each limit, so that more can be said about it
 * later.
 */
public final class UsageReply {
  /** Whom to ask. */
  public record Sources(
      LimitsInForce limits,
      RateLimiter rates,
      ConcurrentQueries queries,
      GrowingKeys keys,
      Function<TenantId, List<ServerLimit>> ofServer) {}

  /**
   * A limit that no plan of a tenant changes.
   *
   * @param used of what is shared by all of the tenant's requests here; empty where it is a bound
   *     of each of them
   */
  public record ServerLimit(String field, long value, OptionalLong used) {
    /** Of each request, or part of one. */
    public static ServerLimit ofEach(String field, long value) {
      return new ServerLimit(field, value, OptionalLong.empty());
    }

    public static ServerLimit ofAll(String field, long value, long used) {
      return new ServerLimit(field, value, OptionalLong.of(used));
    }
  }

  /** A metric's dimension keys, the one that brings most new values first; empty if unknown. */
  @FunctionalInterface
  public interface GrowingKeys {
    List<String> of(TenantId tenant, String metric);
  }

  /** Who looks for what makes a metric grow needs the first; the next may be as bad. */
  private static final int KEYS_MAX = 3;

  /**
   * What to tell.
   *
   * @param truncated whether there are more tenants, behind the last of these
   * @param reading empty: the store is away, or has not counted yet
   * @param ofAll whether the store's figures of all tenants belong to it
   * @param nearRates what is near a limit of what comes and goes, by tenant
   */
  public record Page(
      List<TenantId> tenants,
      boolean truncated,
      Optional<SeriesReading> reading,
      boolean ofAll,
      Map<TenantId, List<RateUse>> nearRates) {}

  private final Sources sources;
  private final Page page;

  private UsageReply(Sources sources, Page page) {
    this.sources = sources;
    this.page = page;
  }

  public static ReplyJson.Body of(Sources sources, Page page) {
    return new UsageReply(sources, page)::write;
  }

  private void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeNumberField("replicas", sources.limits().replicas());
    json.writeObjectFieldStart("tenants");
    for (TenantId tenant : page.tenants()) {
      json.writeFieldName(tenant.value());
      tenant(json, tenant);
    }
    json.writeEndObject();
    json.writeBooleanField("truncated", page.truncated());
    if (page.ofAll() && page.reading().isPresent()) {
      stored(json, page.reading().get());
    }
    json.writeEndObject();
  }

  private void tenant(JsonGenerator json, TenantId tenant) throws IOException {
    TenantLimits limits = sources.limits().of(tenant);
    Optional<TenantSeries> series =
        page.reading().map(SeriesReading::tenants).map(t -> t.get(tenant));
    json.writeStartObject();
    for (TenantLimit limit : TenantLimit.values()) {
      json.writeObjectFieldStart(limit.field());
      switch (limit) {
        case WRITE_REQUESTS -> rate(json, tenant, Kind.WRITE_REQUESTS);
        case QUERY_REQUESTS -> rate(json, tenant, Kind.QUERY_REQUESTS);
        case METRICS -> rate(json, tenant, Kind.POINTS);
        case CONCURRENT_QUERIES -> concurrent(json, tenant);
        case MAX_SERIES -> largest(json, series, limits.value(limit));
        case MAX_METRICS -> metrics(json, series, limits.value(limit));
        case OVERFLOW,
            MAX_QUERY_TIMEOUT,
            DEFAULT_QUERY_TIMEOUT,
            MAX_QUERY_TIME_RANGE,
            MAX_RESULT_POINTS,
            MAX_GROUPS ->
            LimitsReply.value(json, "limit", limit, limits.value(limit));
      }
      json.writeEndObject();
    }
    for (ServerLimit limit : sources.ofServer().apply(tenant)) {
      ofServer(json, limit);
    }
    json.writeArrayFieldStart("nearLimit");
    near(json, series.map(TenantSeries::near).orElse(List.of()));
    nearRates(json, page.nearRates().getOrDefault(tenant, List.of()));
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void ofServer(JsonGenerator json, ServerLimit limit) throws IOException {
    json.writeObjectFieldStart(limit.field());
    json.writeNumberField("limit", limit.value());
    if (limit.used().isPresent()) {
      used(json, limit.used().getAsLong(), limit.value());
    }
    json.writeEndObject();
  }

  private void rate(JsonGenerator json, TenantId tenant, Kind kind) throws IOException {
    Use use = sources.rates().use(kind, tenant);
    json.writeNumberField("limit", use.rate().perSecond());
    json.writeNumberField("share", use.rate().share());
    json.writeNumberField("used", thousandths(use.perSecond()));
    json.writeNumberField("left", use.remaining());
  }

  private static double thousandths(double value) {
    return Math.round(value * 1_000) / 1_000.0;
  }

  private void concurrent(JsonGenerator json, TenantId tenant) throws IOException {
    ConcurrentQueries queries = sources.queries();
    int share = queries.share(tenant);
    int running = queries.running(tenant);
    json.writeNumberField("limit", queries.limit(tenant));
    json.writeNumberField("share", share);
    json.writeNumberField("used", running);
    json.writeNumberField("left", Math.max(0, share - running));
  }

  private void largest(JsonGenerator json, Optional<TenantSeries> series, long limit)
      throws IOException {
    List<TenantSeries.Counted> largest = series.map(TenantSeries::largest).orElse(List.of());
    OptionalLong most = largest.stream().mapToLong(one -> one.use().used()).findFirst();
    json.writeNumberField("limit", limit);
    if (most.isPresent() || isCounted()) {
      used(json, most.orElse(0), limit);
      json.writeArrayFieldStart("largestMetrics");
      for (TenantSeries.Counted metric : largest) {
        json.writeStartObject();
        json.writeStringField("metric", metric.use().key().metric());
        used(json, metric.use().used(), limit);
        forecast(json, metric, limit);
        growingKeys(json, metric.use().key());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
  }

  /** Only where somebody looks at all tenants: it is to say which one to talk to, and of what. */
  private void growingKeys(JsonGenerator json, LimitUse.Key metric) throws IOException {
    List<String> keys =
        page.ofAll() ? sources.keys().of(metric.tenant(), metric.metric()) : List.of();
    if (!keys.isEmpty()) {
      json.writeArrayFieldStart("fastestGrowingDimensions");
      for (String key : keys.subList(0, Math.min(KEYS_MAX, keys.size()))) {
        json.writeString(key);
      }
      json.writeEndArray();
    }
  }

  private void metrics(JsonGenerator json, Optional<TenantSeries> series, long limit)
      throws IOException {
    json.writeNumberField("limit", limit);
    if (isCounted()) {
      used(json, series.map(one -> one.metrics().use().used()).orElse(0L), limit);
      if (series.isPresent()) {
        forecast(json, series.get().metrics(), limit);
      }
    }
  }

  /** Whether who is not among the tenants with series has none. */
  private boolean isCounted() {
    return page.reading().filter(SeriesReading::whole).isPresent();
  }

  private static void used(JsonGenerator json, long used, long limit) throws IOException {
    json.writeNumberField("used", used);
    json.writeNumberField("left", Math.max(0, limit - used));
  }

  /** By the limit in force now, which may be later than the count. */
  private static void forecast(JsonGenerator json, TenantSeries.Counted counted, long limit)
      throws IOException {
    if (counted.growth().isPresent()) {
      Growth growth = counted.growth().get();
      Optional<Instant> full = growth.reaches(Math.max(0, limit - counted.use().used()));
      json.writeObjectFieldStart("growth");
      json.writeStringField("since", growth.from().toString());
      json.writeNumberField("perDay", thousandths(growth.perDay()));
      if (full.isPresent()) {
        json.writeStringField("runsOutAt", full.get().toString());
      }
      json.writeEndObject();
    }
  }

  private static void near(JsonGenerator json, List<LimitUse> near) throws IOException {
    for (LimitUse use : near) {
      json.writeStartObject();
      json.writeStringField("limit", use.key().limit().field());
      if (use.key().limit() == TenantLimit.MAX_SERIES) {
        json.writeStringField("metric", use.key().metric());
      }
      json.writeNumberField("value", use.value());
      json.writeNumberField("used", use.used());
      json.writeEndObject();
    }
  }

  private static void nearRates(JsonGenerator json, List<RateUse> near) throws IOException {
    for (RateUse use : near) {
      json.writeStartObject();
      json.writeStringField("limit", use.key().limit().field());
      json.writeNumberField("value", use.value());
      json.writeNumberField("share", thousandths(use.share()));
      json.writeNumberField("used", thousandths(use.used()));
      json.writeEndObject();
    }
  }

  private static void stored(JsonGenerator json, SeriesReading reading) throws IOException {
    json.writeObjectFieldStart("store");
    json.writeNumberField("series", reading.stats().series());
    json.writeNumberField("points", reading.stats().points());
    json.writeNumberField("diskBytes", reading.stats().diskBytes());
    json.writeArrayFieldStart("largestMetrics");
    for (MetricCardinality metric : reading.largest()) {
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

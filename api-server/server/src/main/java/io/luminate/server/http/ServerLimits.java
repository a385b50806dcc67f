// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.model.TenantId;
import io.luminate.server.config.BatchWriteConfig;
import io.luminate.server.config.CardinalityLimits;
import io.luminate.server.config.LuminateConfig;
import io.luminate.server.http.json.UsageReply.ServerLimit;
import io.luminate.store.MetricsStore;
import io.luminate.store.OwnRetentions;
import io.luminate.store.QueryMemory;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What every tenant may have of a server alike, whatever its plan. */
final class ServerLimits {
  private final CardinalityLimits points;
  private final BatchWriteConfig writes;
  private final ServerShares shares;
  private final MetricsStore store;

  ServerLimits(LuminateConfig config, ServerShares shares, MetricsStore store) {
    this.points = config.cardinalityLimits();
    this.writes = config.batchWrite();
    this.shares = shares;
    this.store = store;
  }

  List<ServerLimit> of(TenantId tenant) {
    return Stream.of(
            ofRequests(),
            together(tenant),
            queryMemory(tenant),
            seriesMemory(tenant),
            retentions(tenant))
        .flatMap(List::stream)
        .toList();
  }

  /** Named as their settings are, where they have one. */
  private List<ServerLimit> ofRequests() {
    return List.of(
        ServerLimit.ofEach("maxDimensionsPerMetric", points.maxDimensionsPerMetric()),
        ServerLimit.ofEach("maxDimensionKeyLength", points.maxDimensionKeyLength()),
        ServerLimit.ofEach("maxDimensionValueLength", points.maxDimensionValueLength()),
        ServerLimit.ofEach("maxBatchSize", writes.maxBatchSize()),
        ServerLimit.ofEach("maxRequestSizeBytes", writes.maxRequestSizeBytes()),
        ServerLimit.ofEach("maxInflatedBytes", BatchWriteConfig.INFLATED_BYTES_MAX),
        ServerLimit.ofEach("maxQuerySizeBytes", JerseyHandler.BODY_BYTES_MAX));
  }

  private List<ServerLimit> together(TenantId tenant) {
    TenantShares calls = shares.calls();
    return List.of(
        ServerLimit.ofAll("maxConcurrentRequests", calls.callsMax(), calls.calls(tenant)),
        ServerLimit.ofAll(
            "maxConcurrentWrites", shares.atWork().tenantMax(), shares.atWork().of(tenant)),
        ServerLimit.ofAll(
            "maxWriteBytesInFlight",
            shares.writes().arrivingBytesMax(),
            shares.writes().arrivingBytes(tenant)),
        ServerLimit.ofAll(
            "maxQueryBytesInFlight",
            shares.others().arrivingBytesMax(),
            shares.others().arrivingBytes(tenant)),
        ServerLimit.ofAll(
            "maxReplyBytesInFlight", calls.replyBytesMax(), calls.replyBytes(tenant)));
  }

  private List<ServerLimit> retentions(TenantId tenant) {
    return List.of(
        new ServerLimit(
            "retentionsPerTenant", OwnRetentions.OF_TENANT_MAX, store.ownRetentions(tenant)));
  }

  private List<ServerLimit> queryMemory(TenantId tenant) {
    Optional<QueryMemory> memory = store.queryMemory(tenant);
    return memory.stream()
        .flatMap(
            known ->
                Stream.of(
                    ServerLimit.ofEach("maxQueryMemoryBytes", known.queryBytesMax()),
                    new ServerLimit(
                        "maxQueryMemoryBytesTogether",
                        known.tenantBytesMax(),
                        known.tenantBytes())))
        .toList();
  }

  private List<ServerLimit> seriesMemory(TenantId tenant) {
    return store.seriesMemory(tenant).stream()
        .map(known -> ServerLimit.ofAll("maxIndexBytes", known.bytesMax(), known.bytes()))
        .toList();
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import io.luminate.model.EntityKeys;
import io.luminate.model.RetentionPolicies;
import io.luminate.store.clickhouse.client.ClickHouseAccess;
import io.luminate.store.clickhouse.read.ReadLimits;
import io.luminate.store.clickhouse.retention.RetentionOptions;
import io.luminate.store.clickhouse.schema.Ownership;
import io.luminate.store.clickhouse.schema.Topology;
import io.luminate.store.clickhouse.write.WriteOptions;
import java.time.Duration;
import java.time.InstantSource;

/**
 * How a process uses ClickHouse. Processes on one database need the same entity keys and topology.
 *
 * @param access for everything but queries
 * @param readAccess for queries; has the same addresses where there are none for them alone
 * @param retentionMargin how long rows stay behind the day that their retention ends in
 */
public record ClickHouseStoreOptions(
    ClickHouseAccess access,
    ClickHouseAccess readAccess,
    Topology topology,
    Ownership ownership,
    InstantSource clock,
    EntityKeys entityKeys,
    RetentionPolicies retention,
    Duration retentionMargin,
    WriteOptions writes,
    ReadLimits reads) {
  private static final long QUERY_MEMORY_BYTES = 4L << 30;

  public static ClickHouseStoreOptions defaults(ClickHouseAccess access) {
    return new ClickHouseStoreOptions(
        access,
        access,
        new Topology.SingleServer(),
        new Ownership("standalone", false),
        InstantSource.system(),
        EntityKeys.DEFAULT,
        RetentionPolicies.keepFor(Duration.ofDays(30)),
        RetentionOptions.MARGIN,
        WriteOptions.DEFAULT,
        ReadLimits.ofMemory(QUERY_MEMORY_BYTES));
  }

  public ClickHouseStoreOptions withReadAccess(ClickHouseAccess value) {
    return new ClickHouseStoreOptions(
        access,
        value,
        topology,
        ownership,
        clock,
        entityKeys,
        retention,
        retentionMargin,
        writes,
        reads);
  }

  public ClickHouseStoreOptions withDatabase(Topology shape, Ownership owner) {
    return new ClickHouseStoreOptions(
        access,
        readAccess,
        shape,
        owner,
        clock,
        entityKeys,
        retention,
        retentionMargin,
        writes,
        reads);
  }

  public ClickHouseStoreOptions withData(
      InstantSource time, EntityKeys entities, RetentionPolicies policies) {
    return new ClickHouseStoreOptions(
        access,
        readAccess,
        topology,
        ownership,
        time,
        entities,
        policies,
        retentionMargin,
        writes,
        reads);
  }

  public ClickHouseStoreOptions withWork(WriteOptions writing, ReadLimits reading) {
    return new ClickHouseStoreOptions(
        access,
        readAccess,
        topology,
        ownership,
        clock,
        entityKeys,
        retention,
        retentionMargin,
        writing,
        reading);
  }

  public ClickHouseStoreOptions withRetentionMargin(Duration value) {
    return new ClickHouseStoreOptions(
        access,
        readAccess,
        topology,
        ownership,
        clock,
        entityKeys,
        retention,
        value,
        writes,
        reads);
  }
}

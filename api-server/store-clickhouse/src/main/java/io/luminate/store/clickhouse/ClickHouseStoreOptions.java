// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import io.luminate.model.EntityKeys;
import io.luminate.model.RetentionPolicies;
import io.luminate.model.RetentionRules;
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
 */
public record ClickHouseStoreOptions(
    ClickHouseAccess access,
    ClickHouseAccess readAccess,
    Topology topology,
    Ownership ownership,
    InstantSource clock,
    EntityKeys entityKeys,
    Retaining retention,
    WriteOptions writes,
    ReadLimits reads) {

  /**
   * @param rules until others are applied
   * @param shorteningGrace how long bytes stay that a shorter retention hides
   * @param margin how long rows stay behind the day that their retention ends in
   */
  public record Retaining(RetentionRules rules, Duration shorteningGrace, Duration margin) {
    static final Retaining DEFAULT =
        new Retaining(
            RetentionRules.configured(RetentionPolicies.keepFor(Duration.ofDays(30))),
            RetentionOptions.SHORTENING_GRACE,
            RetentionOptions.MARGIN);
  }

  private static final long QUERY_MEMORY_BYTES = 4L << 30;

  public static ClickHouseStoreOptions defaults(ClickHouseAccess access) {
    return new ClickHouseStoreOptions(
        access,
        access,
        new Topology.SingleServer(),
        new Ownership("standalone", false),
        InstantSource.system(),
        EntityKeys.DEFAULT,
        Retaining.DEFAULT,
        WriteOptions.DEFAULT,
        ReadLimits.ofMemory(QUERY_MEMORY_BYTES));
  }

  public ClickHouseStoreOptions withReadAccess(ClickHouseAccess value) {
    return new ClickHouseStoreOptions(
        access, value, topology, ownership, clock, entityKeys, retention, writes, reads);
  }

  public ClickHouseStoreOptions withDatabase(Topology shape, Ownership owner) {
    return new ClickHouseStoreOptions(
        access, readAccess, shape, owner, clock, entityKeys, retention, writes, reads);
  }

  public ClickHouseStoreOptions withData(
      InstantSource time, EntityKeys entities, RetentionPolicies policies) {
    Retaining value =
        new Retaining(
            RetentionRules.configured(policies), retention.shorteningGrace(), retention.margin());
    return new ClickHouseStoreOptions(
        access, readAccess, topology, ownership, time, entities, value, writes, reads);
  }

  public ClickHouseStoreOptions withWork(WriteOptions writing, ReadLimits reading) {
    return new ClickHouseStoreOptions(
        access, readAccess, topology, ownership, clock, entityKeys, retention, writing, reading);
  }

  public ClickHouseStoreOptions withRetention(RetentionRules rules, Duration shorteningGrace) {
    return with(new Retaining(rules, shorteningGrace, retention.margin()));
  }

  public ClickHouseStoreOptions withRetentionMargin(Duration value) {
    return with(new Retaining(retention.rules(), retention.shorteningGrace(), value));
  }

  private ClickHouseStoreOptions with(Retaining value) {
    return new ClickHouseStoreOptions(
        access, readAccess, topology, ownership, clock, entityKeys, value, writes, reads);
  }
}

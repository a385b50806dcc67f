// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import io.luminate.model.Dimensions;
import io.luminate.model.EntityKeys;
import io.luminate.model.TenantId;
import io.luminate.store.BodyHash;
import io.luminate.store.IdempotencyClaim;
import io.luminate.store.QueryControl;
import io.luminate.store.StoreException;
import io.luminate.store.WriteRequest;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.ClickHouseFailure;
import io.luminate.store.clickhouse.schema.MetricSlots;
import io.luminate.store.clickhouse.schema.Slots;
import io.luminate.store.clickhouse.schema.Tables;
import io.luminate.store.clickhouse.write.block.LargeBlocks;
import io.luminate.store.clickhouse.write.series.SeriesTable;
import io.luminate.store.clickhouse.write.series.SlotAssignment;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Optional;

/** The writing half of the store. */
public final class PointWriter implements AutoCloseable {
  private final SeriesTable series;
  private final BatchWriter batches;
  private final KeyedWriter keyed;

  public PointWriter(
      ClickHouseClient client,
      Tables tables,
      Slots slots,
      EntityKeys entityKeys,
      InstantSource clock,
      WriteOptions options) {
    this.series = new SeriesTable(assignment(slots), entityKeys, options.seriesBytesMax());
    PointInserts inserts = new PointInserts(client, tables);
    LargeBlocks largeBlocks = new LargeBlocks();
    this.batches = new BatchWriter(inserts, series, largeBlocks, options);
    this.keyed =
        new KeyedWriter(
            inserts, new KeyLedger(client, tables), series, largeBlocks, clock, options);
  }

  /**
   * @see io.luminate.store.MetricsStore#seriesHandle
   */
  public long seriesHandle(TenantId tenant, String metric, Dimensions dimensions) {
    try {
      return series.handle(tenant, metric, dimensions);
    } catch (ClickHouseFailure e) {
      throw WriteFailure.of(e).answer(false, e);
    }
  }

  /** The same, of a series that was looked for. */
  public long seriesHandle(SeriesTable.Sought sought) {
    try {
      return series.handle(sought);
    } catch (ClickHouseFailure e) {
      throw WriteFailure.of(e).answer(false, e);
    }
  }

  /** What is remembered of series. */
  public SeriesTable series() {
    return series;
  }

  private static SlotAssignment assignment(Slots slots) {
    return new SlotAssignment() {
      @Override
      public MetricSlots assign(TenantId tenant, String metric, Collection<String> keys) {
        return slots.assign(tenant, metric, keys);
      }

      @Override
      public MetricSlots known(TenantId tenant, String metric) {
        return slots.known(tenant, metric);
      }
    };
  }

  /**
   * @see io.luminate.store.MetricsStore#lowestHandle
   */
  public long lowestHandle() {
    return series.lowestHandle();
  }

  /**
   * @see io.luminate.store.MetricsStore#claim
   */
  public IdempotencyClaim claim(TenantId tenant, String key, BodyHash body, QueryControl control) {
    return keyed.claim(tenant, key, body, control);
  }

  /**
   * @throws StoreException when the points are not stored, or perhaps not
   */
  public void write(WriteRequest request) {
    if (request.keyed().isPresent()) {
      WriteRequest.Keyed under = request.keyed().get();
      keyed.write(request.batch(), under.claim(), under.receipt());
    } else if (request.batch().size() > 0) {
      batches.write(request.batch());
    }
  }

  /** Why points are not stored, if none are: neither those with a key nor those without. */
  public Optional<String> failing() {
    LastFailure unkeyed = batches.lastFailure();
    LastFailure withKey = keyed.lastFailure();
    return unkeyed
        .kindBeside(withKey)
        .or(() -> withKey.kindBeside(unkeyed))
        .map(WriteFailure::description);
  }

  /** Until points fail again nobody knows that they would. */
  public void forgetFailures() {
    batches.lastFailure().forget();
    keyed.lastFailure().forget();
  }

  @Override
  public void close() {
    batches.close();
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import io.luminate.model.RetentionRules;
import io.luminate.model.TenantId;
import io.luminate.store.DeleteReceipt;
import io.luminate.store.DeleteRequest;
import io.luminate.store.clickhouse.cardinality.Cardinality;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.read.ClickHouseReads;
import io.luminate.store.clickhouse.read.ReadNotes;
import io.luminate.store.clickhouse.retention.Deletes;
import io.luminate.store.clickhouse.retention.Retention;
import io.luminate.store.clickhouse.retention.RetentionOptions;
import io.luminate.store.clickhouse.schema.Schema;
import io.luminate.store.clickhouse.schema.Slots;
import io.luminate.store.clickhouse.schema.Tables;
import io.luminate.store.clickhouse.write.PointWriter;
import java.time.InstantSource;

/** What works on tables that are there. */
record StoreParts(
    InstantSource clock,
    PointWriter writer,
    Cardinality cardinality,
    ClickHouseReads reads,
    Retention retention,
    Deletes deletes,
    ReadNotes readNotes,
    StoredFigures figures)
    implements AutoCloseable {

  /** Makes database and tables where they are not there yet. */
  static StoreParts open(ClickHouseStoreOptions options, Clients clients, RetentionRules rules) {
    ClickHouseClient client = clients.write();
    Tables tables = new Tables(options.access().database(), options.topology());
    createDatabase(options, tables);
    Schema.open(client, tables, options.ownership(), options.entityKeys());
    Slots slots = new Slots(client, clients.read(), tables, options.writes().writeTimeout());
    Retention retention =
        Retention.open(
            client,
            tables,
            new RetentionOptions(
                options.clock(),
                rules,
                options.retention().shorteningGrace(),
                options.retention().margin()));
    PointWriter writer =
        new PointWriter(
            client, tables, slots, options.entityKeys(), options.clock(), options.writes());
    return new StoreParts(
        options.clock(),
        writer,
        new Cardinality(
            writer,
            clients.upkeep(),
            clients.counting(),
            tables,
            options.entityKeys(),
            options.clock(),
            retention::of,
            options.retention().margin()),
        new ClickHouseReads(
            clients.read(),
            options.readAccess().connections().max(),
            tables,
            slots,
            options.entityKeys(),
            options.reads()),
        retention,
        new Deletes(clients.deletes(), tables, slots, options.clock()),
        new ReadNotes(clients.upkeep(), tables, options.clock()),
        new StoredFigures(
            clients.figures(),
            clients.readFigures(),
            tables,
            writer::failing,
            writer::forgetFailures,
            retention::retainedDays));
  }

  /** A client that has the database as its own cannot ask for it. */
  private static void createDatabase(ClickHouseStoreOptions options, Tables tables) {
    try (ClickHouseClient anywhere = new ClickHouseClient(options.access().toDatabase("default"))) {
      Schema.createDatabase(anywhere, tables);
    }
  }

  /** The oldest instant of which queries see points. */
  long retainedFromMillis(TenantId tenant, String metric) {
    return clock.millis() - retention.of(tenant, metric).toMillis();
  }

  /** What was counted of the metric, unless nothing was there. */
  void outdated(DeleteReceipt delete) {
    if (delete.points().orElse(1) > 0) {
      DeleteRequest request = delete.request();
      cardinality.deleted(request.tenant(), request.metricName());
      figures.outdated();
    }
  }

  /** Stores what was acknowledged early before it ends. */
  @Override
  public void close() {
    writer.close();
    cardinality.close();
    deletes.close();
    readNotes.close();
    retention.close();
    figures.close();
  }
}

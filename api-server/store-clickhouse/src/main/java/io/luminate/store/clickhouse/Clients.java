// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import io.luminate.store.clickhouse.cardinality.Cardinality;
import io.luminate.store.clickhouse.client.ClickHouseAccess;
import io.luminate.store.clickhouse.client.ClickHouseAccess.Connections;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import java.util.List;

/**
 * Connections to ClickHouse, apart by what they are for: neither do questions keep writes waiting,
 * nor what takes minutes either of them or a delete, nor any of those a look whether ClickHouse is
 * well.
 *
 * @param write points, and what they need
 * @param read questions
 * @param upkeep look-ups for limits
 * @param counting of series for limits, which may take minutes and which look-ups do not wait for
 * @param deletes which counts of minutes must not hold up
 * @param figures probes and counts for scrapers, where points are written
 * @param readFigures the same, where they are read
 */
record Clients(
    ClickHouseClient write,
    ClickHouseClient read,
    ClickHouseClient upkeep,
    ClickHouseClient counting,
    ClickHouseClient deletes,
    ClickHouseClient figures,
    ClickHouseClient readFigures)
    implements AutoCloseable {
  /** Of which long counts may have all but four. */
  private static final int DELETES_CONNECTIONS = 14;

  /** One statement of each kind at a time, and one to spare. */
  private static final int FIGURES_CONNECTIONS = 3;

  static Clients of(ClickHouseStoreOptions options) {
    return new Clients(
        new ClickHouseClient(options.access()),
        new ClickHouseClient(options.readAccess()),
        new ClickHouseClient(few(options.access(), Cardinality.CONNECTIONS)),
        new ClickHouseClient(few(options.access(), Cardinality.CONNECTIONS)),
        new ClickHouseClient(few(options.access(), DELETES_CONNECTIONS)),
        new ClickHouseClient(few(options.access(), FIGURES_CONNECTIONS)),
        new ClickHouseClient(few(options.readAccess(), FIGURES_CONNECTIONS)));
  }

  private static ClickHouseAccess few(ClickHouseAccess access, int connections) {
    return access.with(new Connections(connections, 1, access.connections().lifetime()));
  }

  @Override
  public void close() {
    List.of(read, write, upkeep, counting, deletes, figures, readFigures)
        .forEach(ClickHouseClient::close);
  }
}

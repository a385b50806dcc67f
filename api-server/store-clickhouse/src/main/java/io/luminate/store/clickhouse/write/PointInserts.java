// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.Statement;
import io.luminate.store.clickhouse.schema.Tables;
import io.luminate.store.clickhouse.schema.Topology;
import io.luminate.store.clickhouse.write.block.Block;
import io.luminate.store.clickhouse.write.block.PointBlock;
import io.luminate.store.clickhouse.write.block.Token;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Inserts blocks of points, each stored once when this returns, whatever happened to ClickHouse or
 * the connection meanwhile.
 *
 * <p>An insert is repeated under its token. ClickHouse drops what it has under a token already, per
 * day: it remembers the token first and adds the part second, under one lock. If its process dies
 * in between, it remembers the token of a part that is lost, and takes a repetition for a
 * duplicate. So whenever an insert may have been begun before, the rows that mark it (see {@link
 * PointBlock}) are looked up: days that have theirs are not inserted again, however long ago their
 * token was forgotten; days that lack theirs after an insert succeeded are inserted under the next
 * token.
 *
 * <p>A replicated table commits token and part at once, in Keeper, so in a cluster the token is
 * trusted.
 */
final class PointInserts {
  /** Of a deadline, to ask what became of the last insert. */
  private static final Duration LAST_LOOK = Duration.ofSeconds(2);

  private final ClickHouseClient client;
  private final Tables tables;
  private final boolean replicated;

  PointInserts(ClickHouseClient client, Tables tables) {
    this.client = client;
    this.tables = tables;
    this.replicated = tables.topology() instanceof Topology.Cluster;
  }

  /**
   * Adds its marks to the points and stores them.
   *
   * @param begunBefore whether some of it may be stored already
   * @throws io.luminate.store.StoreException when the deadline came first, or trying is no use
   */
  void store(PointBlock points, Token token, Deadline deadline, boolean begunBefore) {
    if (points.rows() == 0) {
      return;
    }
    if (!replicated) {
      points.mark(token);
    }
    String what = "insert " + token + " of " + points.rows() + " rows";
    Attempts attempts = new Attempts(what, deadline, begunBefore, replicated);
    attempts.run(new Insertion(points, token, attempts)::attempt);
  }

  /** One insert, as far as it has come. */
  private final class Insertion {
    private final PointBlock points;
    private final Token token;
    private final Attempts attempts;
    private int lostTokens;

    Insertion(PointBlock points, Token token, Attempts attempts) {
      this.points = points;
      this.token = token;
      this.attempts = attempts;
    }

    /** Present when all is stored. */
    Optional<Boolean> attempt() {
      boolean certain = replicated || !attempts.doubt();
      Set<Long> missing = certain ? points.days() : unmarked();
      if (missing.isEmpty()) {
        return Optional.of(true);
      }
      insert(missing.size() == points.days().size() ? points.block() : points.block(missing));
      if (!certain && !unmarked().isEmpty()) {
        lostTokens++;
        return Optional.empty();
      }
      return Optional.of(true);
    }

    private void insert(Block block) {
      String dayToken = token + "-" + lostTokens;
      client.insert(
          InsertStatement.into(tables.points(), dayToken, attempts.time(LAST_LOOK)),
          block.names(),
          block);
    }

    /** Days whose rows are not stored. */
    private Set<Long> unmarked() {
      TreeSet<Long> unmarked = new TreeSet<>(points.days());
      client.query(
          Statement.of(
                  "SELECT intDiv(timestamp, 86400000) FROM "
                      + tables.points()
                      + " WHERE tenant = '' AND metric = '' AND entity = ''"
                      + " AND series = {token:UInt128} AND timestamp BETWEEN"
                      + " {first:Int64} * 86400000 AND {last:Int64} * 86400000")
              .with("token", token.number())
              .with("first", unmarked.first())
              .with("last", unmarked.last())
              .within(attempts.time(Duration.ZERO)),
          rows -> {
            while (rows.hasNext()) {
              unmarked.remove(rows.int64());
            }
            return true;
          });
      return unmarked;
    }
  }
}

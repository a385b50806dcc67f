// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import io.luminate.store.BodyHash;
import io.luminate.store.WriteDecision;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.RowReader;
import io.luminate.store.clickhouse.client.Statement;
import io.luminate.store.clickhouse.schema.Tables;
import io.luminate.store.clickhouse.schema.Topology;
import io.luminate.store.clickhouse.write.block.Block;
import io.luminate.store.clickhouse.write.block.LedgerBlock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * The table {@code ledger}, which binds every process: of a use of a key a row says which points
 * are accepted and what is answered, and later another one that the points are stored.
 *
 * <p>Of several processes that want to bind a key at the same time one does: their rows have the
 * same token, made of the use before, and whoever inserted reads what is there. Where the token is
 * remembered and the row is lost (see {@link PointInserts}), the next token decides.
 */
final class KeyLedger {
  private static final Duration REPLICATION_PAUSE = Duration.ofMillis(20);

  private final ClickHouseClient client;
  private final Tables tables;
  private final boolean replicated;

  KeyLedger(ClickHouseClient client, Tables tables) {
    this.client = client;
    this.tables = tables;
    this.replicated = tables.topology() instanceof Topology.Cluster;
  }

  /** The newest use, however old it is. */
  Optional<KeyUse> newest(KeyName name, Deadline deadline) {
    // Whoever used it before may have stored points under it.
    Attempts attempts = new Attempts("a look for an idempotency key", deadline, true);
    return attempts.run(() -> Optional.of(newest(name, attempts)));
  }

  private Optional<KeyUse> newest(KeyName name, Attempts attempts) {
    return client
        .query(
            Statement.of(
                    "SELECT argMin(body, done), argMin(accepted, done), argMin(receipt, done),"
                        + " used, argMin(nonce, done), max(done) FROM "
                        + tables.ledger()
                        + " WHERE tenant = {tenant:String} AND key = {key:String}"
                        + " GROUP BY used HAVING NOT min(done) ORDER BY used DESC LIMIT 1")
                .with("tenant", name.tenant().value())
                .with("key", name.key())
                .within(attempts.time(Duration.ZERO)),
            rows -> rows.hasNext() ? Optional.of(use(rows)) : Optional.<KeyUse>empty())
        .value();
  }

  private static KeyUse use(RowReader rows) throws IOException {
    long bodyLow = rows.int64();
    BodyHash body = new BodyHash(rows.int64(), bodyLow);
    String accepted = new String(rows.bytes(), StandardCharsets.US_ASCII);
    WriteDecision decision = new WriteDecision(KeyUse.accepted(accepted), rows.bytes());
    return new KeyUse(body, decision, rows.int64(), rows.int64(), rows.uint8() != 0);
  }

  /**
   * Binds the key to a use, unless another process has bound it since.
   *
   * @param previousMillis when it was used last, 0 for never
   * @return what it is bound to now
   */
  KeyUse bind(KeyName name, KeyUse proposed, long previousMillis, Deadline deadline) {
    Attempts attempts = new Attempts("the binding of an idempotency key", deadline, false);
    int[] lostTokens = {0};
    return attempts.run(
        () -> {
          String use = "use " + previousMillis + "-" + lostTokens[0];
          insert(row(name, proposed), name.token(use).toString(), attempts);
          Optional<KeyUse> bound =
              newest(name, attempts).filter(found -> found.usedMillis() > previousMillis);
          if (bound.isEmpty() && replicated) {
            // It is on its way from another replica.
            attempts.pause(REPLICATION_PAUSE);
          } else {
            lostTokens[0]++;
          }
          return bound;
        });
  }

  /** Notes that the points of a use are stored. */
  void finish(KeyName name, KeyUse use, Deadline deadline) {
    Attempts attempts = new Attempts("the end of an idempotency key", deadline, false);
    Block done =
        new LedgerBlock()
            .text("tenant", name.tenant().value())
            .text("key", name.key())
            .bool("done", true)
            .int64("used", use.usedMillis());
    String token = name.token("done " + use.usedMillis()).toString();
    attempts.run(
        () -> {
          insert(done, token, attempts);
          return Optional.of(true);
        });
  }

  private static Block row(KeyName name, KeyUse use) {
    return new LedgerBlock()
        .text("tenant", name.tenant().value())
        .text("key", name.key())
        .bool("done", false)
        .uint128("body", use.body().high(), use.body().low())
        .text("accepted", KeyUse.text(use.decision().accepted()))
        .bytes("receipt", use.decision().receipt())
        .int64("used", use.usedMillis())
        .int64("nonce", use.nonce());
  }

  private void insert(Block row, String token, Attempts attempts) {
    client.insert(
        InsertStatement.into(tables.ledger(), token, attempts.time(Duration.ZERO)),
        row.names(),
        row);
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.Dimensions;
import io.luminate.model.TenantId;
import io.luminate.store.AcceptedPoints;
import io.luminate.store.BodyHash;
import io.luminate.store.IdempotencyClaim;
import io.luminate.store.MetricsStore;
import io.luminate.store.PointBatch;
import io.luminate.store.QueryControl;
import io.luminate.store.WriteDecision;
import io.luminate.store.WriteRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A client's request, which its number says all about, so that any process can send it and anybody
 * can count its points: their value is the number. Those with an even one have a key.
 *
 * @param today UTC days since 1970, of the newest points
 */
record SentRequest(long number, long today) {
  static final TenantId TENANT = new TenantId("acme");

  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();
  private static final int DAYS_MAX = 3;
  private static final int POINTS_PER_DAY_MAX = 50;

  /** Keys of dimensions come in one after the other, as when deployments add labels. */
  private static final int REQUESTS_PER_NEW_KEY = 20;

  private static final int KEYS = 15;

  /** As long as a server waits for another holder of a key. */
  private static final Duration CLAIM_WITHIN = Duration.ofSeconds(30);

  static long utcToday() {
    return System.currentTimeMillis() / DAY_MILLIS;
  }

  boolean isKeyed() {
    return number % 2 == 0;
  }

  private String metric() {
    return isKeyed() ? "keyed" : "unkeyed";
  }

  int days() {
    return 1 + (int) (number / 2 % DAYS_MAX);
  }

  int pointsPerDay() {
    return 1 + (int) (number * 31 % POINTS_PER_DAY_MAX);
  }

  int points() {
    return days() * pointsPerDay();
  }

  String key() {
    return "key-" + number;
  }

  BodyHash body() {
    return new BodyHash(number, ~number);
  }

  byte[] receipt() {
    return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
  }

  WriteDecision decision() {
    return new WriteDecision(AcceptedPoints.all(points()), receipt());
  }

  PointBatch batch(Target store) {
    String newKey = "k" + number / REQUESTS_PER_NEW_KEY % KEYS;
    Dimensions dimensions = Dimensions.of("client", "c" + number % 10, newKey, "v");
    long handle = store.seriesHandle(TENANT, metric(), dimensions);
    PointBatch batch = new PointBatch(TENANT, points());
    for (int i = 0; i < points(); i++) {
      batch.add(handle, (today - i % days()) * DAY_MILLIS + i, number);
    }
    return batch;
  }

  void send(MetricsStore store) {
    send(Target.of(store));
  }

  PointBatch batch(MetricsStore store) {
    return batch(Target.of(store));
  }

  /** Sends it as a server does; returns when it is acknowledged. */
  void send(Target store) {
    if (!isKeyed()) {
      store.write(WriteRequest.unkeyed(batch(store)));
      return;
    }
    switch (store.claim(TENANT, key(), body(), QueryControl.withTimeout(CLAIM_WITHIN))) {
      case IdempotencyClaim.Replay replay ->
          assertThat(replay.receipt()).as("request %d", number).isEqualTo(receipt());
      case IdempotencyClaim.Held held -> {
        try (held) {
          bindAndWrite(store, held);
        }
      }
    }
  }

  private void bindAndWrite(Target store, IdempotencyClaim.Held held) {
    if (held.bound().isEmpty()) {
      held.bind(decision());
    }
    held.bound()
        .ifPresent(
            bound -> {
              assertThat(bound.receipt()).as("request %d", number).isEqualTo(receipt());
              assertThat(bound.accepted())
                  .as("request %d", number)
                  .isEqualTo(decision().accepted());
            });
    store.write(WriteRequest.keyed(batch(store), held, receipt()));
  }
}

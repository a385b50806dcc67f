// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.Dimensions;
import io.luminate.model.TenantId;
import io.luminate.store.BodyHash;
import io.luminate.store.IdempotencyClaim;
import io.luminate.store.PointBatch;
import io.luminate.store.QueryControl;
import io.luminate.store.StoreException;
import io.luminate.store.WriteRequest;
import io.luminate.store.rocksdb.engine.ExpectedPoints.Point;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who writes to an engine: it remembers handles as decoders do, as long as they are good. */
final class LifeClient {
  private static final BodyHash BODY = new BodyHash(1, 2);

  private record Series(String metric, Dimensions dimensions) {}

  private final TenantId tenant;
  private final Map<Series, Long> remembered = new HashMap<>();

  LifeClient(TenantId tenant) {
    this.tenant = tenant;
  }

  /** Decodes a request: its handles are those of this moment, and of earlier ones. */
  PointBatch decode(Engine engine, List<Point> points) {
    long lowest = engine.epochs().lowestHandle();
    PointBatch batch = new PointBatch(tenant, points.size());
    for (Point p : points) {
      Series series = new Series(p.metric(), p.dimensions());
      long handle = remembered.getOrDefault(series, Long.MIN_VALUE);
      if (handle < lowest) {
        handle = NewSeries.handle(engine, tenant, p.metric(), p.dimensions());
        remembered.put(series, handle);
      }
      batch.add(handle, p.timestampMillis(), p.value());
    }
    return batch;
  }

  void forget() {
    remembered.clear();
  }

  /** Whether it is said that handles are too old; then nothing was stored. */
  static boolean isForgotten(RuntimeException e) {
    return e instanceof StoreException && String.valueOf(e.getMessage()).contains("were forgotten");
  }

  void write(Engine engine, PointBatch batch, String key) {
    if (key.isEmpty()) {
      engine.write(WriteRequest.unkeyed(batch));
      return;
    }
    try (IdempotencyClaim.Held held =
        (IdempotencyClaim.Held) engine.claim(tenant, key, BODY, control())) {
      engine.write(WriteRequest.keyed(batch, held, receipt(batch.size())));
    }
  }

  private static byte[] receipt(int points) {
    return ("stored " + points).getBytes(StandardCharsets.UTF_8);
  }

  boolean isReplay(Engine engine, String key, int points) {
    return switch (engine.claim(tenant, key, BODY, control())) {
      case IdempotencyClaim.Replay replay -> {
        assertThat(replay.receipt()).isEqualTo(receipt(points));
        yield true;
      }
      case IdempotencyClaim.Held held -> {
        held.close();
        yield false;
      }
    };
  }

  private static QueryControl control() {
    return QueryControl.withTimeout(Duration.ofMinutes(10));
  }
}

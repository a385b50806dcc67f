// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.ingest;

import io.luminate.server.ingest.Rejection.Code;
import io.luminate.store.MetricsStore;
import io.luminate.store.PointBatch;
import io.luminate.store.SeriesAdmission;
import io.luminate.store.SeriesLimits;
import io.luminate.store.SeriesName;
import io.luminate.store.SeriesRequest;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Points of one request whose series are not known by their text. They have their places in the
 * batch already; the store is asked about many series at once. For one thread.
 */
public final class UnknownSeries {
  /** Of a point whose series was not asked for yet; no store gives it out. */
  private static final long NO_HANDLE = Long.MIN_VALUE;

  /**
   * As many requests as there are clients may have series that wait at the same time: with 4 MiB of
   * texts each, clients that all began with new series filled a heap.
   */
  private static final int WAITING_BYTES_MAX = 512 << 10;

  /**
   * What a series takes besides its text, in objects, and in lists of them while it is asked for.
   */
  private static final int SERIES_BYTES = 200;

  /** The same of a pair: an object and an array for each of its texts, as keys may be new too. */
  private static final int PAIR_BYTES = 100;

  private static final int SERIES_MAX = 512;

  /**
   * @param index of the point in the request
   * @param place in the batch
   * @param cacheable whether the key stands for the text
   */
  private record Waiting(
      int index, int place, SeriesName series, long keyHigh, long keyLow, boolean cacheable) {}

  private final MetricsStore store;
  private final SeriesCache cache;
  private final SpanKey key = new SpanKey();
  private final List<Waiting> waiting = new ArrayList<>();
  private final Map<SeriesAdmission.Refused, Rejection> rejections = new IdentityHashMap<>();
  private int waitingBytes;
  private int folded;
  private boolean refused;

  public UnknownSeries(MetricsStore store, SeriesCache cache) {
    this.store = store;
    this.cache = cache;
  }

  public void begin() {
    waiting.clear();
    waitingBytes = 0;
    folded = 0;
    refused = false;
  }

  /**
   * Adds a point to the batch, in this place.
   *
   * @param textBytes of its dimensions
   */
  public void add(
      int index,
      SeriesName series,
      SpanKey spanKey,
      boolean cacheable,
      int textBytes,
      PointBatch batch,
      long timestampMillis,
      double value) {
    waiting.add(new Waiting(index, batch.size(), series, spanKey.high, spanKey.low, cacheable));
    waitingBytes += bytes(series) + textBytes;
    batch.add(NO_HANDLE, timestampMillis, value);
  }

  private static int bytes(SeriesName series) {
    return SERIES_BYTES + series.metricName().length() + PAIR_BYTES * series.dimensions().size();
  }

  public boolean isEmpty() {
    return waiting.isEmpty();
  }

  public boolean isFull() {
    return waitingBytes > WAITING_BYTES_MAX || waiting.size() >= SERIES_MAX;
  }

  /**
   * Asks the store; points of what it refuses are among the rejected afterwards.
   *
   * @param lowestHandle see {@link SeriesCache#put}
   */
  public void admit(
      IngestScope scope,
      SeriesLimits limits,
      long lowestHandle,
      PointBatch batch,
      Rejections rejected) {
    List<SeriesName> series = waiting.stream().map(Waiting::series).toList();
    List<SeriesAdmission> answers =
        store.admit(
            new SeriesRequest(scope.tenant(), series, limits, scope.pins().asMap().keySet()));
    for (int i = 0; i < answers.size(); i++) {
      Waiting point = waiting.get(i);
      switch (answers.get(i)) {
        case SeriesAdmission.Admitted admitted -> {
          batch.handles()[point.place()] = admitted.handle();
          remember(point, admitted.handle(), lowestHandle);
        }
        case SeriesAdmission.Folded fold -> {
          // Not remembered: it is asked for again each time, as there may be room by then.
          batch.handles()[point.place()] = fold.handle();
          folded++;
        }
        case SeriesAdmission.Refused no -> {
          rejected.add(point.index(), point.series()::metricName, rejection(no));
          refused = true;
        }
      }
    }
    waiting.clear();
    rejections.clear(); // Made anew by each answer of the store.
    waitingBytes = 0;
  }

  private void remember(Waiting point, long handle, long lowestHandle) {
    if (point.cacheable()) {
      key.high = point.keyHigh();
      key.low = point.keyLow();
      cache.put(key, handle, lowestHandle);
    }
  }

  private Rejection rejection(SeriesAdmission.Refused no) {
    return rejections.computeIfAbsent(
        no, r -> new Rejection(Code.CARDINALITY_EXCEEDED, r.message(), r.details()));
  }

  /** Takes refused points out of the batch. */
  public void finish(PointBatch batch) {
    if (refused) {
      batch.removeHandle(NO_HANDLE);
    }
  }

  /** Points of this request whose series were folded. */
  public int folded() {
    return folded;
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.head;

import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;

/**
 * The unsealed points of one partition (UTC day and retention class) since its last seal. Written
 * by the journal thread alone.
 */
public final class Head {
  private final PartitionKey partition;
  private final long firstSeq;
  private final ConcurrentHashMap<Integer, MetricHead> metrics = new ConcurrentHashMap<>();
  private volatile long points;
  private volatile long bytes;
  private volatile long cutSeq = Long.MAX_VALUE;

  /**
   * @param firstSeq seq of the frame whose points opened this head
   */
  public Head(PartitionKey partition, long firstSeq) {
    this.partition = partition;
    this.firstSeq = firstSeq;
  }

  public PartitionKey partition() {
    return partition;
  }

  /** Frames before it hold nothing of this head. */
  public long firstSeq() {
    return firstSeq;
  }

  /** Ends the head: it holds the frames up to this one, and takes no more. */
  public void cut(long lastSeq) {
    cutSeq = lastSeq;
  }

  /** Seq of the last frame it may hold; {@link Long#MAX_VALUE} while it grows. */
  public long cutSeq() {
    return cutSeq;
  }

  public long points() {
    return points;
  }

  public long bytes() {
    return bytes;
  }

  public void add(
      int metricId, long[] handles, long[] timesMillis, double[] values, int from, int to) {
    MetricHead head = metrics.get(metricId);
    if (head == null) {
      head = new MetricHead(metricId);
      metrics.put(metricId, head);
      grow(0, MetricHead.HEAD_BYTES);
    }
    grow(to - from, head.add(handles, timesMillis, values, from, to));
  }

  /** There is one writer, so nothing is lost between reading and writing. */
  private void grow(long morePoints, long moreBytes) {
    long pointsNow = points + morePoints;
    long bytesNow = bytes + moreBytes;
    points = pointsNow;
    bytes = bytesNow;
  }

  public Optional<MetricHead> metric(int metricId) {
    return Optional.ofNullable(metrics.get(metricId));
  }

  public Collection<MetricHead> metrics() {
    return metrics.values();
  }

  /** Of the series of the metric that the predicate takes. */
  public void deleteBefore(int metricId, long beforeMillis, IntPredicate series) {
    MetricHead head = metrics.get(metricId);
    if (head != null) {
      long before = head.points();
      head.deleteBefore(beforeMillis, series);
      grow(head.points() - before, 0);
    }
  }
}

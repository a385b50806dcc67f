// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.series;

import io.luminate.model.TenantId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Series that are remembered and forgotten together: pages of {@link SeriesRecord}s.
 *
 * <p>A record's offset is its page times {@link #PAGE_BYTES} and its place in there; it lies in one
 * page whole.
 *
 * <p>Concurrency: changed under the table's lock alone. Records below {@link #end()}, and their
 * metrics, are read without it.
 */
final class SeriesGeneration {
  private static final int PAGE_SHIFT = 20;
  static final int PAGE_BYTES = 1 << PAGE_SHIFT;

  private static final int PAGES_MAX = 1 << SeriesIndex.OFFSET_BITS - PAGE_SHIFT;

  /** No record is there, so that no entry of the index is 0. */
  static final int FIRST_OFFSET = 1;

  private final long number;
  private final long bytesMax;
  private final byte[][] pages;
  private final Map<MetricName, Integer> metricNumbers = new HashMap<>();
  private volatile SeriesMetric[] metrics = new SeriesMetric[4];
  private volatile long end = FIRST_OFFSET;
  private int size;

  private record MetricName(TenantId tenant, String metric) {}

  SeriesGeneration(long number, long bytesMax) {
    this.number = number;
    this.bytesMax = bytesMax;
    this.pages = new byte[Math.clamp(bytesMax / PAGE_BYTES + 1, 1, PAGES_MAX)][];
  }

  long number() {
    return number;
  }

  /** Records at lower offsets are complete for whoever has read this. */
  long end() {
    return end;
  }

  byte[] page(int offset) {
    return pages[offset >>> PAGE_SHIFT];
  }

  static int at(long offset) {
    return (int) offset & PAGE_BYTES - 1;
  }

  SeriesMetric metric(int metricNumber) {
    return metrics[metricNumber];
  }

  SeriesMetric metricAt(int offset) {
    return metric(SeriesRecord.metric(page(offset), at(offset)));
  }

  Optional<SeriesMetric> find(TenantId tenant, String metric) {
    return Optional.ofNullable(metricNumbers.get(new MetricName(tenant, metric))).map(this::metric);
  }

  /** All that it takes of memory at most, with what the index has of it. */
  private long bytesWithIndex() {
    return bytes() + (long) size * SeriesIndex.BYTES_PER_SERIES_MAX;
  }

  /** Records and metrics, roughly. */
  long bytes() {
    return end + (long) metricNumbers.size() * SeriesMetric.OVERHEAD_BYTES;
  }

  /** Whether {@link #add} has room for such a record. */
  boolean fits(byte[] record) {
    long page = end >>> PAGE_SHIFT;
    boolean inPage = at(end) == 0 || at(end) + record.length <= PAGE_BYTES;
    return bytesWithIndex() < bytesMax && page + (inPage ? 0 : 1) < pages.length;
  }

  /** Whether the record there is this one, of this metric. */
  boolean holds(int offset, TenantId tenant, String metric, byte[] record) {
    return SeriesRecord.matches(page(offset), at(offset), record)
        && metricAt(offset).is(tenant, metric);
  }

  /** The offset at which it is now. */
  int add(TenantId tenant, String metric, byte[] record) {
    size++;
    return append(record, metricNumber(tenant, metric));
  }

  private int append(byte[] record, int metricNumber) {
    long from = end;
    if (at(from) > 0 && at(from) + record.length > PAGE_BYTES) {
      from = (from >>> PAGE_SHIFT) + 1 << PAGE_SHIFT;
    }
    int page = (int) (from >>> PAGE_SHIFT);
    if (pages[page] == null) {
      // A record that is longer than a page has one of its own.
      pages[page] = new byte[Math.max(PAGE_BYTES, record.length)];
    }
    System.arraycopy(record, 0, pages[page], at(from), record.length);
    SeriesRecord.setMetric(pages[page], at(from), metricNumber);
    end = Math.min(from + record.length, (long) page + 1 << PAGE_SHIFT);
    return (int) from;
  }

  private int metricNumber(TenantId tenant, String metric) {
    return metricNumbers.computeIfAbsent(
        new MetricName(tenant, metric),
        name -> {
          int added = metricNumbers.size();
          SeriesMetric[] all =
              added < metrics.length ? metrics : Arrays.copyOf(metrics, 2 * metrics.length);
          all[added] = new SeriesMetric(tenant, metric);
          metrics = all;
          return added;
        });
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.series;

import io.luminate.model.TenantId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Series that are remembered and forgotten together: pages of {@link SeriesRecord}s, and a hash
 * table of where they are.
 *
 * <p>A record's offset is its page times {@link #PAGE_BYTES} and its place in there; it lies in one
 * page whole. An entry of the hash table has the offset in its low half and the hash above.
 *
 * <p>Concurrency: changed and searched under the table's lock alone. Records below {@link #end()},
 * and their metrics, are read without it.
 */
final class SeriesGeneration {
  private static final int PAGE_SHIFT = 20;
  static final int PAGE_BYTES = 1 << PAGE_SHIFT;

  /** Offsets have 32 bits. */
  private static final int PAGES_MAX = 1 << 12;

  /** No record is there, so that no entry is 0. */
  private static final int FIRST_OFFSET = 1;

  private static final int ENTRIES_MIN = 1 << 10;

  private final long number;
  private final long bytesMax;
  private final byte[][] pages;
  private final Map<MetricName, Integer> metricNumbers = new HashMap<>();
  private volatile SeriesMetric[] metrics = new SeriesMetric[4];
  private volatile long end = FIRST_OFFSET;
  private long[] entries = new long[ENTRIES_MIN];
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

  int size() {
    return size;
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

  /** All that it keeps in memory, roughly. */
  long bytes() {
    return end
        + (long) entries.length * Long.BYTES
        + (long) metricNumbers.size() * SeriesMetric.OVERHEAD_BYTES;
  }

  /** Whether {@link #add} has room for such a record. */
  boolean fits(byte[] record) {
    long page = end >>> PAGE_SHIFT;
    boolean inPage = at(end) == 0 || at(end) + record.length <= PAGE_BYTES;
    return bytes() < bytesMax && page + (inPage ? 0 : 1) < pages.length;
  }

  /** The record's offset, 0 if it is not there. */
  int find(TenantId tenant, String metric, byte[] record, int hash) {
    Integer metricNumber = metricNumbers.get(new MetricName(tenant, metric));
    int mask = entries.length - 1;
    for (int i = hash & mask; metricNumber != null && entries[i] != 0; i = i + 1 & mask) {
      int offset = (int) entries[i];
      if (entries[i] >>> 32 == Integer.toUnsignedLong(hash)
          && SeriesRecord.metric(page(offset), at(offset)) == metricNumber
          && SeriesRecord.matches(page(offset), at(offset), record)) {
        return offset;
      }
    }
    return 0;
  }

  /** Keeps a record that is not there yet; its offset. */
  int add(TenantId tenant, String metric, byte[] record, int hash) {
    if (2 * ++size > entries.length) {
      grow();
    }
    int offset = append(record, metricNumber(tenant, metric));
    enter(entries, (long) hash << 32 | Integer.toUnsignedLong(offset));
    return offset;
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

  private void grow() {
    long[] larger = new long[2 * entries.length];
    for (long entry : entries) {
      if (entry != 0) {
        enter(larger, entry);
      }
    }
    entries = larger;
  }

  private static void enter(long[] into, long entry) {
    int mask = into.length - 1;
    int i = (int) (entry >>> 32) & mask;
    while (into[i] != 0) {
      i = i + 1 & mask;
    }
    into[i] = entry;
  }
}

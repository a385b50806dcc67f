// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import io.luminate.model.TenantId;
import java.util.Arrays;

/**
 * Points of one tenant as columns: the type in which every decoder ends. Not safe for concurrent
 * use; a batch may be cleared and filled again once its write has returned.
 */
public final class PointBatch {
  /** What a point takes: a handle, a timestamp and a value. */
  public static final int POINT_BYTES = 24;

  private final TenantId tenant;
  private long[] handles;
  private long[] timestampsMillis;
  private double[] values;
  private int size;

  public PointBatch(TenantId tenant, int initialCapacity) {
    this.tenant = tenant;
    int capacity = Math.max(1, initialCapacity);
    this.handles = new long[capacity];
    this.timestampsMillis = new long[capacity];
    this.values = new double[capacity];
  }

  /**
   * @param seriesHandle from {@link MetricsStore#seriesHandle} for this batch's tenant
   * @param timestampMillis Unix milliseconds
   * @param value finite
   */
  public void add(long seriesHandle, long timestampMillis, double value) {
    if (size == handles.length) {
      grow();
    }
    handles[size] = seriesHandle;
    timestampsMillis[size] = timestampMillis;
    values[size++] = value;
  }

  private void grow() {
    int capacity = size * 2;
    handles = Arrays.copyOf(handles, capacity);
    timestampsMillis = Arrays.copyOf(timestampsMillis, capacity);
    values = Arrays.copyOf(values, capacity);
  }

  /** Removes the points with this handle; the others keep their order. */
  public void removeHandle(long seriesHandle) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (handles[i] != seriesHandle) {
        handles[kept] = handles[i];
        timestampsMillis[kept] = timestampsMillis[i];
        values[kept++] = values[i];
      }
    }
    size = kept;
  }

  public void clear() {
    size = 0;
  }

  public TenantId tenant() {
    return tenant;
  }

  public int size() {
    return size;
  }

  /** The live column, valid up to {@link #size()}; so are the two below. */
  public long[] handles() {
    return handles;
  }

  public long[] timestampsMillis() {
    return timestampsMillis;
  }

  public double[] values() {
    return values;
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.model.TenantId;
import io.luminate.store.ErrorCode;
import io.luminate.store.QueryMemory;
import io.luminate.store.StoreException;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one query may hold on the heap, the same whatever else runs; and what all queries together,
 * and those of one tenant, may hold. Arrays that grow with the data are reserved before they are
 * made; what is left unreserved is bounded by constants. Closing it gives everything back. Thread
 * safe.
 */
final class MemoryBudget implements AutoCloseable {
  /** What all queries of a process share, and what those of one tenant may have of it. */
  static final class Shared {
    private final long limitBytes;
    private final long tenantLimitBytes;
    private final AtomicLong usedBytes = new AtomicLong();
    private final Map<TenantId, Long> byTenant = new ConcurrentHashMap<>();

    Shared(long limitBytes, long tenantLimitBytes) {
      this.limitBytes = limitBytes;
      this.tenantLimitBytes = tenantLimitBytes;
    }

    /** Three quarters for one tenant, or as much as a single query may have. */
    static Shared of(long limitBytes, long queryLimitBytes) {
      return new Shared(limitBytes, Math.max(queryLimitBytes, limitBytes / 4 * 3));
    }

    QueryMemory of(TenantId tenant, long queryLimitBytes) {
      long used = byTenant.getOrDefault(tenant, 0L);
      return new QueryMemory(queryLimitBytes, tenantLimitBytes, OptionalLong.of(used));
    }

    private void reserve(TenantId tenant, long bytes) {
      long all = usedBytes.addAndGet(bytes);
      long own = byTenant.merge(tenant, bytes, Long::sum);
      if (all > limitBytes || own > tenantLimitBytes) {
        release(tenant, bytes);
        throw all > limitBytes
            ? overloaded("all queries", all, limitBytes)
            : overloaded("the tenant's queries", own, tenantLimitBytes);
      }
    }

    private void release(TenantId tenant, long bytes) {
      usedBytes.addAndGet(-bytes);
      byTenant.computeIfPresent(tenant, (same, used) -> used == bytes ? null : used - bytes);
    }

    private static StoreException overloaded(String whose, long neededBytes, long limitBytes) {
      return new StoreException(
          ErrorCode.OVERLOADED,
          whose + " together need " + neededBytes + " bytes, the limit is " + limitBytes,
          Map.of("limit_bytes", limitBytes, "needed_bytes", neededBytes));
    }
  }

  private final long limitBytes;
  private final Shared shared;
  private final TenantId tenant;
  private final AtomicLong usedBytes = new AtomicLong();

  MemoryBudget(long limitBytes, Shared shared, TenantId tenant) {
    this.limitBytes = limitBytes;
    this.shared = shared;
    this.tenant = tenant;
  }

  /**
   * @throws StoreException QUERY_MEMORY_EXCEEDED, or OVERLOADED if it is other queries that hold
   *     too much
   */
  void reserve(long bytes) {
    long needed = usedBytes.addAndGet(bytes);
    if (needed > limitBytes) {
      usedBytes.addAndGet(-bytes);
      throw exceeded(needed);
    }
    try {
      shared.reserve(tenant, bytes);
    } catch (StoreException e) {
      usedBytes.addAndGet(-bytes);
      throw e;
    }
  }

  void release(long bytes) {
    usedBytes.addAndGet(-bytes);
    shared.release(tenant, bytes);
  }

  @Override
  public void close() {
    release(usedBytes.get());
  }

  long availableBytes() {
    return limitBytes - usedBytes.get();
  }

  /** For a need that is known before anything is reserved. */
  StoreException exceededBy(long bytes) {
    return exceeded(usedBytes.get() + bytes);
  }

  private StoreException exceeded(long neededBytes) {
    return new StoreException(
        ErrorCode.QUERY_MEMORY_EXCEEDED,
        "the query needs " + neededBytes + " bytes of memory, the limit is " + limitBytes,
        Map.of("limit_bytes", limitBytes, "needed_bytes", neededBytes));
  }
}

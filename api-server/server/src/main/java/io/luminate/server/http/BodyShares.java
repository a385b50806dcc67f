// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.model.TenantId;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets no tenant have all the memory of request bodies: those that one sends, however slowly, and
 * what became of them have at most half of it, or as much as one takes if that is more. What they
 * inflate to counts there too, and has room for the largest.
 */
final class BodyShares {
  private final BufferPool whole;
  private final long arrivingBytesMax;
  private final long bytesMax;
  private final Map<TenantId, Share> shares = new ConcurrentHashMap<>();

  private record Share(BufferPool arriving, BufferPool inflated, int bodies) {
    Share plus(int more) {
      return new Share(arriving, inflated, bodies + more);
    }
  }

  /**
   * @param bodyBytesMax that one may have
   */
  BodyShares(BufferPool whole, int bodyBytesMax) {
    this.whole = whole;
    long wholeBytes = whole.budget().bytesMax();
    this.arrivingBytesMax =
        Math.min(wholeBytes, Math.max(wholeBytes / 2, BodyBuffer.bytesMax(bodyBytesMax)));
    this.bytesMax = Math.min(wholeBytes, Math.max(arrivingBytesMax, MemoryBudget.LARGEST_BYTES));
  }

  long arrivingBytesMax() {
    return arrivingBytesMax;
  }

  /** A body of the tenant, until it is closed. */
  final class Place implements AutoCloseable {
    private final TenantId tenant;
    private final Share share;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Place(TenantId tenant, Share share) {
      this.tenant = tenant;
      this.share = share;
    }

    /** For what comes in. */
    BufferPool arriving() {
      return share.arriving();
    }

    /** For what it is inflated to. */
    BufferPool inflated() {
      return share.inflated();
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        shares.computeIfPresent(tenant, (same, left) -> left.bodies() == 1 ? null : left.plus(-1));
      }
    }
  }

  Place enter(TenantId tenant) {
    Share share =
        shares.compute(tenant, (same, before) -> (before == null ? unused() : before).plus(1));
    return new Place(tenant, Objects.requireNonNull(share, "share"));
  }

  private Share unused() {
    MemoryBudget all = whole.budget().part("the tenant's request bodies", bytesMax);
    MemoryBudget arriving = all.part("the tenant's request bodies", arrivingBytesMax);
    return new Share(whole.within(arriving), whole.within(all), 0);
  }
}

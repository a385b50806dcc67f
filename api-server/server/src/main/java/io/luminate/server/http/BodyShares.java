// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.model.TenantId;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets no tenant have all the memory of request bodies: those that one sends, however slowly, and
 * what became of them have at most half of it, or as much as one takes if that is more. What they
 * inflate to counts there too, and has room for the largest. Whoever cannot be told, for want of a
 * good token, has one share together.
 */
final class BodyShares {
  /** A largest one, as sent and inflated, while its arrays grow. */
  static final long LARGEST_QUERY_BYTES = 4L << 20;

  private final BufferPool whole;
  private final String what;
  private final long arrivingBytesMax;
  private final long bytesMax;

  /** By tenant; empty: of those who have no good token. */
  private final Map<Optional<TenantId>, Share> shares = new ConcurrentHashMap<>();

  private record Share(BufferPool arriving, BufferPool inflated, int bodies) {
    Share plus(int more) {
      return new Share(arriving, inflated, bodies + more);
    }
  }

  private BodyShares(BufferPool whole, String what, int bodyBytesMax, long largestBytes) {
    this.whole = whole;
    this.what = what;
    long wholeBytes = whole.budget().bytesMax();
    this.arrivingBytesMax =
        Math.min(wholeBytes, Math.max(wholeBytes / 2, BodyBuffer.bytesMax(bodyBytesMax)));
    this.bytesMax = Math.min(wholeBytes, Math.max(arrivingBytesMax, largestBytes));
  }

  /**
   * @param bodyBytesMax that one may have
   */
  static BodyShares ofWrites(BufferPool whole, int bodyBytesMax) {
    return new BodyShares(whole, "request bodies", bodyBytesMax, MemoryBudget.LARGEST_BYTES);
  }

  /**
   * Of anything else.
   *
   * @param bodyBytesMax that one may have
   */
  static BodyShares ofOthers(BufferPool whole, int bodyBytesMax) {
    return new BodyShares(
        whole, "bodies of requests other than writes", bodyBytesMax, LARGEST_QUERY_BYTES);
  }

  long arrivingBytesMax() {
    return arrivingBytesMax;
  }

  /** What the tenant's bodies that come in take. */
  long arrivingBytes(TenantId tenant) {
    Share share = shares.get(Optional.of(tenant));
    return share == null ? 0 : share.arriving().budget().bytesUsed();
  }

  /** A body of a tenant, until it is closed. */
  final class Place implements AutoCloseable {
    private final Optional<TenantId> sender;
    private final Share share;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Place(Optional<TenantId> sender, Share share) {
      this.sender = sender;
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
        shares.computeIfPresent(sender, (same, left) -> left.bodies() == 1 ? null : left.plus(-1));
      }
    }
  }

  /**
   * @param sender empty where nobody knows who sends it
   */
  Place enter(Optional<TenantId> sender) {
    Share share =
        shares.compute(
            sender, (same, before) -> (before == null ? unused(sender) : before).plus(1));
    return new Place(sender, Objects.requireNonNull(share, "share"));
  }

  private Share unused(Optional<TenantId> sender) {
    String whose = (sender.isPresent() ? "the tenant's " : "nobody's ") + what;
    MemoryBudget all = whole.budget().part(whose, bytesMax);
    MemoryBudget arriving = all.part(whose, arrivingBytesMax);
    return new Share(whole.within(arriving), whole.within(all), 0);
  }
}

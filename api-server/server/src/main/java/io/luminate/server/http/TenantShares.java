// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.model.TenantId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Lets no tenant have all of the server: of calls that are at work or whose replies are not read
 * yet, and of the memory of those replies, a tenant has at most three quarters.
 */
final class TenantShares {
  private final int callsMax;
  private final MemoryBudget replies;
  private final Map<TenantId, Share> shares = new ConcurrentHashMap<>();

  private record Share(MemoryBudget replies, int calls) {
    Share plus(int more) {
      return new Share(replies, calls + more);
    }
  }

  /**
   * @param calls that there may be of all tenants
   * @param replies of all tenants
   */
  TenantShares(int calls, MemoryBudget replies) {
    this.callsMax = Math.max(1, calls * 3 / 4);
    this.replies = replies;
  }

  int callsMax() {
    return callsMax;
  }

  /** How many the tenant has. */
  int calls(TenantId tenant) {
    Share share = shares.get(tenant);
    return share == null ? 0 : share.calls();
  }

  long replyBytesMax() {
    return replies.part().bytesMax();
  }

  long replyBytes(TenantId tenant) {
    Share share = shares.get(tenant);
    return share == null ? 0 : share.replies().bytesUsed();
  }

  /** A call of the tenant, until it is closed. */
  final class Place implements AutoCloseable {
    private final TenantId tenant;
    private final MemoryBudget replies;

    private Place(TenantId tenant, MemoryBudget replies) {
      this.tenant = tenant;
      this.replies = replies;
    }

    MemoryBudget replies() {
      return replies;
    }

    /** Comes once. */
    @Override
    public void close() {
      shares.computeIfPresent(tenant, (same, share) -> share.calls() == 1 ? null : share.plus(-1));
    }
  }

  /** A place for a call, if the tenant has one left. */
  Optional<Place> enter(TenantId tenant) {
    Place[] entered = new Place[1];
    shares.compute(tenant, (same, share) -> entered(tenant, share, entered));
    return Optional.ofNullable(entered[0]);
  }

  private @Nullable Share entered(TenantId tenant, @Nullable Share before, Place[] entered) {
    Share share = before == null ? new Share(replies.part(), 0) : before;
    if (share.calls() >= callsMax) {
      return before;
    }
    entered[0] = new Place(tenant, share.replies());
    return share.plus(1);
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import io.luminate.model.TenantId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Remembers, in memory, which idempotency keys were used within the window and what they were
 * answered; the store that owns it makes the entries durable and restores them.
 *
 * <p>Concurrency: everything of one tenant is guarded by that tenant's lock, which is never held
 * while points are stored. Between {@link #claim} and {@link #record} or {@code close} a key has
 * exactly one holder; the others wait for it.
 */
public final class IdempotencyLedger {
  /** How soon a waiter notices that its own request was cancelled. */
  private static final long CANCELLATION_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final int HEAP_SHARE = 8;
  private static final long SWEEP_MILLIS = 10_000;

  private final InstantSource clock;
  private final long windowMillis;
  private final int keysPerTenantMax;
  private final long bytesMax;

  /** Of all tenants. */
  private final AtomicLong bytes = new AtomicLong();

  private final AtomicLong sweptAtMillis = new AtomicLong();
  private final Map<TenantId, TenantKeys> tenants = new ConcurrentHashMap<>();

  /** Takes an eighth of the heap at most. */
  public IdempotencyLedger(InstantSource clock, Duration window, int keysPerTenantMax) {
    this(clock, window, keysPerTenantMax, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
  }

  /**
   * @param window how long a key answers again
   * @param keysPerTenantMax protects memory: past it the oldest key of the tenant is forgotten
   * @param bytesMax of all keys and answers; the same when a tenant has half of that, or records
   *     when all is used
   */
  public IdempotencyLedger(
      InstantSource clock, Duration window, int keysPerTenantMax, long bytesMax) {
    if (keysPerTenantMax < 1) {
      throw new IllegalArgumentException(
          "keysPerTenantMax must be at least 1, got " + keysPerTenantMax);
    }
    this.clock = clock;
    this.windowMillis = window.toMillis();
    this.keysPerTenantMax = keysPerTenantMax;
    this.bytesMax = bytesMax;
  }

  /** A used key: the hash of the body that came with it, and its answer. */
  public record Entry(
      TenantId tenant, String key, BodyHash body, byte[] receipt, long recordedAtMillis) {
    /** Of objects, references and the place in a map. */
    private static final int OVERHEAD_BYTES = 200;

    /** Of memory, about. */
    public long bytes() {
      return (long) OVERHEAD_BYTES + key.length() + receipt.length;
    }
  }

  /**
   * @throws StoreException IDEMPOTENCY_KEY_REUSED when the key was recorded with another body,
   *     QUERY_TIMEOUT or QUERY_CANCELLED when the control ended the wait for its holder
   */
  public IdempotencyClaim claim(TenantId tenant, String key, BodyHash body, QueryControl control) {
    return keysOf(tenant).claim(key, body, control);
  }

  /**
   * What {@link #record} is going to remember, stamped with the current time: for the journal,
   * which has to hold it first.
   *
   * @throws IllegalStateException when the claim was closed or recorded already
   */
  public Entry entry(IdempotencyClaim.Held held, byte[] receipt) {
    Claim claim = claimOf(held);
    claim.requireOpen();
    return new Entry(claim.owner.tenant, claim.key, claim.body, receipt.clone(), clock.millis());
  }

  /** Remembers the answer and lets the waiters have it. */
  public void record(IdempotencyClaim.Held held, byte[] receipt) {
    record(held, entry(held, receipt));
  }

  /** Remembers an entry that {@link #entry} made for the same claim. */
  public void record(IdempotencyClaim.Held held, Entry entry) {
    claimOf(held).record(entry);
    sweepIfNeeded();
  }

  /** Keys of tenants that have gone silent would stay until they write again. */
  private void sweepIfNeeded() {
    long swept = sweptAtMillis.get();
    long now = clock.millis();
    if (bytes.get() > bytesMax / 2
        && now - swept >= SWEEP_MILLIS
        && sweptAtMillis.compareAndSet(swept, now)) {
      tenants.values().forEach(TenantKeys::unexpired);
    }
  }

  /** Takes over an entry that was made durable earlier; one past its window is ignored. */
  public void restore(Entry entry) {
    if (unexpired(entry)) {
      keysOf(entry.tenant()).restore(entry);
    }
  }

  /** Visits every entry that still answers, oldest first within a tenant. */
  public void forEachUnexpired(Consumer<Entry> visitor) {
    tenants.values().forEach(keys -> keys.unexpired().forEach(visitor));
  }

  public static StoreException reused(String key) {
    return new StoreException(
        ErrorCode.IDEMPOTENCY_KEY_REUSED,
        "Idempotency-Key " + key + " was used before with another body",
        Map.of("idempotency_key", key));
  }

  private TenantKeys keysOf(TenantId tenant) {
    return tenants.computeIfAbsent(tenant, TenantKeys::new);
  }

  private Claim claimOf(IdempotencyClaim.Held held) {
    if (held instanceof Claim claim && claim.owner.ledger() == this) {
      return claim;
    }
    throw new IllegalArgumentException("the claim was not made by this ledger");
  }

  private boolean unexpired(Entry entry) {
    return clock.millis() - entry.recordedAtMillis() <= windowMillis;
  }

  private final class TenantKeys {
    private final TenantId tenant;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition released = lock.newCondition();

    /** In the order of recording, so that the oldest is found first. */
    private final LinkedHashMap<String, Entry> recorded = new LinkedHashMap<>();

    private long tenantBytes;

    private final Map<String, Claim> holders = new ConcurrentHashMap<>();

    TenantKeys(TenantId tenant) {
      this.tenant = tenant;
    }

    IdempotencyLedger ledger() {
      return IdempotencyLedger.this;
    }

    IdempotencyClaim claim(String key, BodyHash body, QueryControl control) {
      lock.lock();
      try {
        awaitRelease(key, control);
        dropExpired();
        // One that lives longer may have been recorded before it.
        return Optional.ofNullable(recorded.get(key))
            .filter(IdempotencyLedger.this::unexpired)
            .map(entry -> replay(entry, body))
            .orElseGet(() -> hold(key, body));
      } finally {
        lock.unlock();
      }
    }

    private void awaitRelease(String key, QueryControl control) {
      try {
        while (holders.containsKey(key)) {
          control.checkpoint();
          long remainingNanos = control.remaining().toNanos();
          released.awaitNanos(Math.min(remainingNanos, CANCELLATION_POLL_NANOS));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StoreException(
            ErrorCode.QUERY_CANCELLED, "interrupted while waiting for an idempotency key", e);
      }
    }

    private IdempotencyClaim hold(String key, BodyHash body) {
      Claim claim = new Claim(this, key, body);
      holders.put(key, claim);
      return claim;
    }

    private IdempotencyClaim replay(Entry entry, BodyHash body) {
      if (!entry.body().equals(body)) {
        throw reused(entry.key());
      }
      return new IdempotencyClaim.Replay(entry.receipt().clone());
    }

    void finish(Claim claim, @Nullable Entry entry) {
      lock.lock();
      try {
        if (!holders.remove(claim.key, claim)) {
          return;
        }
        if (entry != null) {
          remember(entry);
        }
        released.signalAll();
      } finally {
        lock.unlock();
      }
    }

    boolean holds(Claim claim) {
      return holders.get(claim.key) == claim;
    }

    void restore(Entry entry) {
      lock.lock();
      try {
        remember(entry);
      } finally {
        lock.unlock();
      }
    }

    private void remember(Entry entry) {
      Entry before = recorded.remove(entry.key());
      count(before == null ? 0 : -before.bytes());
      recorded.put(entry.key(), entry);
      count(entry.bytes());
      while (recorded.size() > 1 && isOverfull()) {
        count(-recorded.pollFirstEntry().getValue().bytes());
      }
    }

    private void count(long more) {
      tenantBytes += more;
      bytes.addAndGet(more);
    }

    private boolean isOverfull() {
      return recorded.size() > keysPerTenantMax
          || tenantBytes > bytesMax / 2
          || bytes.get() > bytesMax;
    }

    private void dropExpired() {
      Iterator<Entry> oldestFirst = recorded.values().iterator();
      while (oldestFirst.hasNext()) {
        Entry oldest = oldestFirst.next();
        if (IdempotencyLedger.this.unexpired(oldest)) {
          return;
        }
        oldestFirst.remove();
        count(-oldest.bytes());
      }
    }

    List<Entry> unexpired() {
      lock.lock();
      try {
        dropExpired();
        return recorded.values().stream().filter(IdempotencyLedger.this::unexpired).toList();
      } finally {
        lock.unlock();
      }
    }
  }

  private static final class Claim implements IdempotencyClaim.Held {
    private final TenantKeys owner;
    private final String key;
    private final BodyHash body;

    Claim(TenantKeys owner, String key, BodyHash body) {
      this.owner = owner;
      this.key = key;
      this.body = body;
    }

    void requireOpen() {
      if (!owner.holds(this)) {
        throw new IllegalStateException("the claim of idempotency key " + key + " is closed");
      }
    }

    void record(Entry entry) {
      requireOpen();
      owner.finish(this, entry);
    }

    @Override
    public void close() {
      owner.finish(this, null);
    }
  }
}

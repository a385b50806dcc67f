// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.model.EntityKeys;
import io.luminate.model.RetentionPolicies;
import io.luminate.model.RetentionRules;
import io.luminate.store.rocksdb.journal.Durability;
import io.luminate.store.rocksdb.journal.JournalDrive;
import io.luminate.store.rocksdb.journal.JournalOptions;
import java.time.Duration;
import java.time.InstantSource;

/** How the embedded store runs. */
public record RocksStoreOptions(
    InstantSource clock,
    EntityKeys entityKeys,
    Retaining retention,
    Durability durability,
    Idempotency idempotency,
    Sizes sizes,
    Upkeeping upkeep,
    Queries queries) {

  /**
   * @param rules until others are applied
   * @param shorteningGrace how long bytes stay that a shorter retention hides
   */
  public record Retaining(RetentionRules rules, Duration shorteningGrace) {
    static final Retaining DEFAULT =
        new Retaining(
            RetentionRules.configured(RetentionPolicies.keepFor(Duration.ofDays(30))),
            Duration.ofHours(24));
  }

  /** How long, and how many keys of a tenant, are remembered. */
  public record Idempotency(Duration window, int keysMax) {
    static final Idempotency DEFAULT = new Idempotency(Duration.ofHours(1), 100_000);
  }

  /**
   * Sizes of heads and journal, which bound each other.
   *
   * @param headBytesMax memory of unsealed points before the largest day is sealed; at twice this
   *     much, writes wait for the sealing
   * @param journalBytesMax journal on disk before the day that holds its oldest frame is sealed:
   *     bounds what a start must replay
   * @param diskReserveBytes free space below which writes are refused, so that sealing and deleting
   *     still work
   * @param indexBytesMax memory of all series that were asked about since the start; a tenant's new
   *     series are refused from three quarters of it on
   */
  public record Sizes(
      long headBytesMax,
      long journalBytesMax,
      long journalFileBytes,
      long diskReserveBytes,
      long indexBytesMax) {
    private static final long HEAD_BYTES_MIN = 4L << 20;

    /** Larger heads would make a seal, and the start after a crash, longer and no query faster. */
    private static final long HEAD_BYTES_MAX = 64L << 20;

    /** A twelfth of the heap: twice that, and what sealing sorts in, is a quarter. */
    static Sizes ofHeap(long heapBytes) {
      long head = Math.clamp(heapBytes / 12, HEAD_BYTES_MIN, HEAD_BYTES_MAX);
      return new Sizes(head, 1L << 30, 64L << 20, 64L << 20, heapBytes / 3);
    }
  }

  /**
   * When sealing, merging and dropping happen.
   *
   * @param background false where a test does them itself
   * @param lateHeadAge how long points of a past day wait for company before they are sealed
   * @param cleanupInterval between retention runs; zero leaves them to someone else
   */
  public record Upkeeping(boolean background, Duration lateHeadAge, Duration cleanupInterval) {
    static final Upkeeping DEFAULT =
        new Upkeeping(true, Duration.ofMinutes(10), Duration.ofHours(1));
  }

  /**
   * What queries may use.
   *
   * @param memoryBytesMax per query
   * @param memoryBytesTogether by all queries at once
   */
  public record Queries(long memoryBytesMax, long memoryBytesTogether, int threads) {
    private static final long MEMORY_BYTES_MAX = 192L << 20;

    /** A quarter of the heap for one, five sixteenths for all: writes and indexes need the rest. */
    static Queries ofHeap(long heapBytes) {
      long together = heapBytes / 16 * 5;
      return new Queries(
          Math.min(MEMORY_BYTES_MAX, heapBytes / 4),
          together,
          Runtime.getRuntime().availableProcessors());
    }
  }

  public static RocksStoreOptions defaults() {
    long heapBytes = Runtime.getRuntime().maxMemory();
    return new RocksStoreOptions(
        InstantSource.system(),
        EntityKeys.DEFAULT,
        Retaining.DEFAULT,
        Durability.DISK,
        Idempotency.DEFAULT,
        Sizes.ofHeap(heapBytes),
        Upkeeping.DEFAULT,
        Queries.ofHeap(heapBytes));
  }

  public RocksStoreOptions withClock(InstantSource value) {
    return new RocksStoreOptions(
        value, entityKeys, retention, durability, idempotency, sizes, upkeep, queries);
  }

  public RocksStoreOptions withData(EntityKeys entities, RetentionPolicies policies) {
    Retaining value =
        new Retaining(RetentionRules.configured(policies), retention.shorteningGrace());
    return new RocksStoreOptions(
        clock, entities, value, durability, idempotency, sizes, upkeep, queries);
  }

  public RocksStoreOptions withRetention(RetentionRules rules, Duration shorteningGrace) {
    Retaining value = new Retaining(rules, shorteningGrace);
    return new RocksStoreOptions(
        clock, entityKeys, value, durability, idempotency, sizes, upkeep, queries);
  }

  public RocksStoreOptions withDurability(Durability value) {
    return new RocksStoreOptions(
        clock, entityKeys, retention, value, idempotency, sizes, upkeep, queries);
  }

  public RocksStoreOptions withIdempotency(Duration window, int keysMax) {
    Idempotency value = new Idempotency(window, keysMax);
    return new RocksStoreOptions(
        clock, entityKeys, retention, durability, value, sizes, upkeep, queries);
  }

  public RocksStoreOptions withSizes(
      long headBytes, long journalBytes, long journalFile, long diskReserve) {
    Sizes value =
        new Sizes(headBytes, journalBytes, journalFile, diskReserve, sizes.indexBytesMax());
    return new RocksStoreOptions(
        clock, entityKeys, retention, durability, idempotency, value, upkeep, queries);
  }

  public RocksStoreOptions withIndex(long bytesMax) {
    Sizes value =
        new Sizes(
            sizes.headBytesMax(),
            sizes.journalBytesMax(),
            sizes.journalFileBytes(),
            sizes.diskReserveBytes(),
            bytesMax);
    return new RocksStoreOptions(
        clock, entityKeys, retention, durability, idempotency, value, upkeep, queries);
  }

  public RocksStoreOptions withCleanup(Duration value) {
    return withUpkeep(upkeep.background, upkeep.lateHeadAge, value);
  }

  public RocksStoreOptions withUpkeep(boolean background, Duration lateAge, Duration cleanup) {
    Upkeeping value = new Upkeeping(background, lateAge, cleanup);
    return new RocksStoreOptions(
        clock, entityKeys, retention, durability, idempotency, sizes, value, queries);
  }

  JournalOptions journal(JournalDrive drive) {
    JournalOptions defaults = JournalOptions.DEFAULTS.withDurability(durability).withDrive(drive);
    long file = sizes.journalFileBytes();
    return file == defaults.fileBytes()
        ? defaults
        : defaults.withSizes(
            file,
            (int) Math.min(defaults.groupBytesMax(), file / 4),
            (int) Math.min(defaults.payloadBytesMax(), file / 2),
            defaults.queuedBytesMax());
  }
}

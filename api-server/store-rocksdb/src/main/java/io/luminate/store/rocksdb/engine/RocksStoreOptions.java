// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.model.EntityKeys;
import io.luminate.model.RetentionPolicies;
import io.luminate.store.rocksdb.journal.Durability;
import java.time.Duration;
import java.time.InstantSource;

/**
 * How the embedded store runs.
 *
 * @param headBytesMax memory of unsealed points before the largest day is sealed; at four times
 *     this much, writes wait for the sealing
 * @param journalBytesMax journal on disk before the day that holds its oldest frame is sealed:
 *     bounds what a start must replay
 * @param lateHeadAge how long points of a past day wait for company before they are sealed
 * @param diskReserveBytes free space below which writes are refused, so that sealing and deleting
 *     still work
 * @param cleanupInterval between retention runs; zero leaves them to someone else
 * @param background false where a test drives sealing and merging itself
 */
public record RocksStoreOptions(
    InstantSource clock,
    EntityKeys entityKeys,
    RetentionPolicies retention,
    Durability durability,
    Duration idempotencyWindow,
    int idempotencyKeysMax,
    long headBytesMax,
    long journalBytesMax,
    long journalFileBytes,
    Duration lateHeadAge,
    long diskReserveBytes,
    Duration cleanupInterval,
    long queryMemoryBytesMax,
    int queryThreads,
    boolean background) {

  public static RocksStoreOptions defaults() {
    return new RocksStoreOptions(
        InstantSource.system(),
        EntityKeys.DEFAULT,
        RetentionPolicies.keepFor(Duration.ofDays(30)),
        Durability.DISK,
        Duration.ofHours(1),
        100_000,
        64L << 20,
        1L << 30,
        64L << 20,
        Duration.ofMinutes(10),
        64L << 20,
        Duration.ofHours(1),
        192L << 20,
        Runtime.getRuntime().availableProcessors(),
        true);
  }

  public RocksStoreOptions withClock(InstantSource value) {
    return new RocksStoreOptions(
        value,
        entityKeys,
        retention,
        durability,
        idempotencyWindow,
        idempotencyKeysMax,
        headBytesMax,
        journalBytesMax,
        journalFileBytes,
        lateHeadAge,
        diskReserveBytes,
        cleanupInterval,
        queryMemoryBytesMax,
        queryThreads,
        background);
  }

  public RocksStoreOptions withData(EntityKeys entities, RetentionPolicies policies) {
    return new RocksStoreOptions(
        clock,
        entities,
        policies,
        durability,
        idempotencyWindow,
        idempotencyKeysMax,
        headBytesMax,
        journalBytesMax,
        journalFileBytes,
        lateHeadAge,
        diskReserveBytes,
        cleanupInterval,
        queryMemoryBytesMax,
        queryThreads,
        background);
  }

  public RocksStoreOptions withDurability(Durability value) {
    return new RocksStoreOptions(
        clock,
        entityKeys,
        retention,
        value,
        idempotencyWindow,
        idempotencyKeysMax,
        headBytesMax,
        journalBytesMax,
        journalFileBytes,
        lateHeadAge,
        diskReserveBytes,
        cleanupInterval,
        queryMemoryBytesMax,
        queryThreads,
        background);
  }

  public RocksStoreOptions withIdempotency(Duration window, int keysMax) {
    return new RocksStoreOptions(
        clock,
        entityKeys,
        retention,
        durability,
        window,
        keysMax,
        headBytesMax,
        journalBytesMax,
        journalFileBytes,
        lateHeadAge,
        diskReserveBytes,
        cleanupInterval,
        queryMemoryBytesMax,
        queryThreads,
        background);
  }

  /** Sizes of heads and journal together, as they bound each other. */
  public RocksStoreOptions withSizes(
      long headBytes, long journalBytes, long journalFile, long diskReserve) {
    return new RocksStoreOptions(
        clock,
        entityKeys,
        retention,
        durability,
        idempotencyWindow,
        idempotencyKeysMax,
        headBytes,
        journalBytes,
        journalFile,
        lateHeadAge,
        diskReserve,
        cleanupInterval,
        queryMemoryBytesMax,
        queryThreads,
        background);
  }

  public RocksStoreOptions withCleanup(Duration value) {
    return withUpkeep(background, lateHeadAge, value);
  }

  public RocksStoreOptions withUpkeep(boolean inBackground, Duration lateAge, Duration cleanup) {
    return new RocksStoreOptions(
        clock,
        entityKeys,
        retention,
        durability,
        idempotencyWindow,
        idempotencyKeysMax,
        headBytesMax,
        journalBytesMax,
        journalFileBytes,
        lateAge,
        diskReserveBytes,
        cleanup,
        queryMemoryBytesMax,
        queryThreads,
        inBackground);
  }
}

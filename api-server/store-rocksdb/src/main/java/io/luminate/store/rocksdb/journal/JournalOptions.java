// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

import java.time.Duration;
import java.util.Objects;

/**
 * How a journal runs.
 *
 * <p>Measured over recycled 64 MiB files on ext4 (virtual disk, 2 cores, load average 13 from other
 * builds): a force took 0.75 ms in the median for groups of 240 KiB (p99 9 ms), 1.6 ms for 1 MiB
 * (p99 36 ms) and 4.4 ms for 3.75 MiB. The work around it, checksum and write into the page cache,
 * ran at 2 to 9 GB per second of CPU.
 *
 * @param durability what an acknowledged frame survives
 * @param drive who runs the work
 * @param fileBytes size of one preallocated file; also what is re-read at most to find a torn tail
 * @param groupBytesMax a group is closed at this size, so that one force stays short
 * @param payloadBytesMax largest payload; protects recovery's buffer and the group after it
 * @param queuedBytesMax payload bytes waiting; protects memory when the disk is slow
 * @param queueWait longest wait of an append for room in the queue
 * @param fileWait longest wait of a group for a file that is being prepared
 * @param linger how long the first frame of a group waits for company; zero: not at all
 */
public record JournalOptions(
    Durability durability,
    JournalDrive drive,
    long fileBytes,
    int groupBytesMax,
    int payloadBytesMax,
    long queuedBytesMax,
    Duration queueWait,
    Duration fileWait,
    Duration linger) {
  /** Past it waiting costs a writer more than the force it saves. */
  public static final Duration LINGER_MAX = Duration.ofMillis(2);

  public static final JournalOptions DEFAULTS =
      new JournalOptions(
          Durability.DISK,
          JournalDrive.THREADS,
          64L << 20,
          4 << 20,
          32 << 20,
          128L << 20,
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ZERO);

  public JournalOptions {
    Objects.requireNonNull(durability, "durability");
    Objects.requireNonNull(drive, "drive");
    require(groupBytesMax >= 1, "groupBytesMax", groupBytesMax, "at least 1");
    require(payloadBytesMax >= 1, "payloadBytesMax", payloadBytesMax, "at least 1");
    require(
        fileBytes % 4096 == 0 && fileBytes <= 1L << 30,
        "fileBytes",
        fileBytes,
        "a multiple of 4096 and at most 1 GiB");
    require(
        fileBytes >= payloadBytesMax + 64L, "fileBytes", fileBytes, "payloadBytesMax + 64 or more");
    require(queuedBytesMax >= payloadBytesMax, "queuedBytesMax", queuedBytesMax, "payloadBytesMax");
    require(!queueWait.isNegative(), "queueWait", queueWait, "zero or more");
    require(!fileWait.isNegative(), "fileWait", fileWait, "zero or more");
    require(
        !linger.isNegative() && linger.compareTo(LINGER_MAX) <= 0, "linger", linger, "0 to 2 ms");
  }

  public JournalOptions withDurability(Durability value) {
    return new JournalOptions(
        value,
        drive,
        fileBytes,
        groupBytesMax,
        payloadBytesMax,
        queuedBytesMax,
        queueWait,
        fileWait,
        linger);
  }

  public JournalOptions withDrive(JournalDrive value) {
    return new JournalOptions(
        durability,
        value,
        fileBytes,
        groupBytesMax,
        payloadBytesMax,
        queuedBytesMax,
        queueWait,
        fileWait,
        linger);
  }

  /** Sizes together, as they limit each other. */
  public JournalOptions withSizes(long file, int groupMax, int payloadMax, long queuedMax) {
    return new JournalOptions(
        durability, drive, file, groupMax, payloadMax, queuedMax, queueWait, fileWait, linger);
  }

  public JournalOptions withWaits(Duration queue, Duration file, Duration lingering) {
    return new JournalOptions(
        durability,
        drive,
        fileBytes,
        groupBytesMax,
        payloadBytesMax,
        queuedBytesMax,
        queue,
        file,
        lingering);
  }

  private static void require(boolean holds, String field, Object value, String limit) {
    if (!holds) {
      throw new IllegalArgumentException("%s must be %s, but is %s".formatted(field, limit, value));
    }
  }
}

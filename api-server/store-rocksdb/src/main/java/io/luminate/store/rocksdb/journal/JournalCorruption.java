// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

/**
 * A stretch of a journal file that held acknowledged frames and cannot be read.
 *
 * @param fileName the file within the journal's folder
 * @param offsetBytes where the unreadable stretch begins
 * @param skippedBytes its length, 0 where frames are absent without a trace
 * @param seqFirst first missing frame
 * @param seqLast last missing frame, inclusive
 */
public record JournalCorruption(
    String fileName, long offsetBytes, long skippedBytes, long seqFirst, long seqLast) {
  public String message() {
    if (skippedBytes == 0) {
      return "journal file %s lacks frames %d to %d at offset %d: they are lost without a trace"
          .formatted(fileName, seqFirst, seqLast, offsetBytes);
    }
    return "journal file %s is corrupt at offset %d: %d bytes skipped, frames %d to %d are lost"
        .formatted(fileName, offsetBytes, skippedBytes, seqFirst, seqLast);
  }
}

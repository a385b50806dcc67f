// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

/**
 * The remains of a group that was being written when the process or the machine stopped.
 *
 * @param fileName the file within the journal's folder
 * @param offsetBytes where the first frame that is not whole begins
 * @param droppedFrames frames from there on whose headers are readable
 */
public record JournalTornTail(String fileName, long offsetBytes, int droppedFrames) {
  public String message() {
    return "journal file %s ends with a group not written whole: %d frames dropped from offset %d on"
        .formatted(fileName, droppedFrames, offsetBytes);
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Finds frames in journal files, whole or behind damage. */
final class FrameScan implements AutoCloseable {
  /** Bytes looked at in one step of a search. */
  private static final int STEP_BYTES = 1 << 16;

  private final FileWindow window;

  /** A header and where it lies. */
  record Found(long offsetBytes, FrameHeader header) {
    long endBytes() {
      return offsetBytes + header.framedBytes();
    }
  }

  FrameScan(JournalFile any) {
    window = new FileWindow(any);
  }

  /** The header at exactly this offset. */
  Optional<Found> headerAt(JournalFile file, long offsetBytes) throws IOException {
    if (offsetBytes + FrameHeader.BYTES > file.sizeBytes()) {
      return Optional.empty();
    }
    return headerIn(at(file, offsetBytes, FrameHeader.BYTES), 0, file, offsetBytes);
  }

  private static Optional<Found> headerIn(
      ByteBuffer bytes, int index, JournalFile file, long offsetBytes) {
    return FrameHeader.read(bytes, index, file.id())
        .filter(
            header ->
                header.payloadBytes() >= 0
                    && offsetBytes + header.framedBytes() <= file.sizeBytes())
        .map(header -> new Found(offsetBytes, header));
  }

  /** The first header at or after the offset whose seq is at least the given one. */
  Optional<Found> nextHeader(JournalFile file, long fromBytes, long seqMin) throws IOException {
    long last = file.sizeBytes() - FrameHeader.BYTES;
    for (long start = fromBytes; start <= last; start += STEP_BYTES) {
      int starts = (int) Math.min(STEP_BYTES, last - start + 1);
      Optional<Found> found = nextIn(file, start, starts, seqMin);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private Optional<Found> nextIn(JournalFile file, long start, int starts, long seqMin)
      throws IOException {
    ByteBuffer bytes = at(file, start, starts + FrameHeader.BYTES - 1);
    for (int i = 0; i < starts; i += FrameHeader.ALIGNMENT) {
      if (bytes.getInt(i) == FrameHeader.MAGIC) {
        Optional<Found> found = headerIn(bytes, i, file, start + i);
        if (found.isPresent() && found.get().header().seq() >= seqMin) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /** Valid during the next call only. */
  ByteBuffer payload(JournalFile file, Found frame) throws IOException {
    return at(file, frame.offsetBytes() + FrameHeader.BYTES, frame.header().payloadBytes());
  }

  private ByteBuffer at(JournalFile file, long offsetBytes, int lengthBytes) throws IOException {
    if (window.file() != file) {
      window.moveTo(file);
    }
    return window.at(offsetBytes, lengthBytes);
  }

  @Override
  public void close() {
    window.close();
  }
}

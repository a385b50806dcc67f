// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

import io.luminate.store.rocksdb.journal.FrameScan.Found;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * Reads the frames of all files in order of their generations.
 *
 * <p>Where the expected frame is not readable, something is wrong only if a later group exists: it
 * proves that the missing frame had been acknowledged. Without that proof the place is where
 * writing stopped, and whatever lies behind it in the same group is dropped.
 */
final class JournalReplay {
  private static final long UNKNOWN = 0;

  private final List<JournalFile> files;
  private final ReplayVisitor visitor;
  private final FrameScan scan;
  private final long seqMin;
  private final long seqFloor;

  /** Seq the next frame must have; unknown until the first one is seen. */
  private long expected = UNKNOWN;

  private int lastFileIndex = -1;
  private long lastGroupStartBytes;

  /**
   * What replay found.
   *
   * @param lastFileIndex file holding the last frame, −1 if there is no frame
   * @param seqLast last frame known of, there or lost; 0 if there is none
   * @param lastGroupStartBytes where the last group begins in that file
   */
  record Outcome(int lastFileIndex, long seqLast, long lastGroupStartBytes) {}

  private enum Step {
    NEXT_FRAME,
    NEXT_FILE,
    STOP
  }

  JournalReplay(List<JournalFile> files, ReplayVisitor visitor, FrameScan scan) {
    this.files = files;
    this.visitor = visitor;
    this.scan = scan;
    this.seqMin = visitor.seqMin();
    this.seqFloor = visitor.seqFloor();
  }

  /** With no file there are no frames, but maybe some that are missed. */
  static Outcome ofNoFiles(ReplayVisitor visitor) throws IOException {
    long floor = visitor.seqFloor();
    if (visitor.seqMin() <= floor) {
      visitor.corruption(new JournalCorruption("journal-*.log", 0, 0, visitor.seqMin(), floor));
    }
    return new Outcome(-1, floor, 0);
  }

  Outcome run() throws IOException {
    for (int i = 0; i < files.size(); i++) {
      if (!skipped(i) && walk(i) == Step.STOP) {
        break;
      }
    }
    if (expected <= seqFloor) {
      reportEnd();
    }
    long seqLast = Math.max(expected - 1, seqFloor);
    return new Outcome(lastFileIndex, seqLast, lastGroupStartBytes);
  }

  /** A file is passed over if the next one begins at or below the first frame wanted. */
  private boolean skipped(int index) throws IOException {
    Optional<Found> next = startOf(index + 1);
    if (next.isEmpty() || next.get().header().seq() > seqMin) {
      return false;
    }
    JournalFile file = files.get(index);
    expected = next.get().header().seq();
    file.advance(file.sizeBytes(), expected - 1);
    lastFileIndex = index;
    return true;
  }

  private Optional<Found> startOf(int index) throws IOException {
    return index < files.size() ? scan.headerAt(files.get(index), 0) : Optional.empty();
  }

  private Step walk(int index) throws IOException {
    JournalFile file = files.get(index);
    Position position = new Position();
    Step step = Step.NEXT_FRAME;
    while (step == Step.NEXT_FRAME) {
      Optional<Found> found = scan.headerAt(file, position.bytes);
      if (found.isPresent() && isExpected(found.get()) && deliver(index, found.get())) {
        position.bytes = found.get().endBytes();
      } else {
        step = pass(index, position, found.filter(this::isExpected));
      }
    }
    return step;
  }

  /** Where in the file the walk is. */
  private static final class Position {
    private long bytes;
  }

  private boolean isExpected(Found frame) {
    long seq = frame.header().seq();
    return expected == UNKNOWN ? seq > 0 : seq == expected;
  }

  private boolean deliver(int index, Found frame) throws IOException {
    FrameHeader header = frame.header();
    if (expected == UNKNOWN) {
      report(files.get(index), frame.offsetBytes(), 0, header.seq());
    }
    if (header.seq() >= seqMin) {
      ByteBuffer payload = scan.payload(files.get(index), frame);
      if (FrameHeader.crc32c(payload.duplicate()) != header.payloadCrc32c()) {
        return false;
      }
      visitor.frame(header.seq(), payload.order(ByteOrder.BIG_ENDIAN));
    }
    if (header.groupIndex() == 0 || lastFileIndex != index) {
      lastGroupStartBytes = frame.offsetBytes();
    }
    lastFileIndex = index;
    expected = header.seq() + 1;
    files.get(index).advance(frame.endBytes(), header.seq());
    return true;
  }

  /**
   * Decides what an unreadable place is.
   *
   * @param broken the expected frame's header, if it is readable and the payload is not
   */
  private Step pass(int index, Position position, Optional<Found> broken) throws IOException {
    Optional<Found> following = startOf(index + 1);
    if (expected != UNKNOWN && following.isPresent() && isExpected(following.get())) {
      return Step.NEXT_FILE;
    }
    JournalFile file = files.get(index);
    long searchFrom = broken.map(Found::endBytes).orElse(position.bytes);
    Optional<Found> next = scan.nextHeader(file, searchFrom, expected + 1);
    if (next.isEmpty() && broken.isEmpty()) {
      return endOfFile(index, position);
    }
    // With no frame seen before, the one before the next is the least that is missing.
    long missing = expected == UNKNOWN ? next.orElseThrow().header().seq() - 1 : expected;
    if (!provenAcknowledged(index, searchFrom, missing)) {
      dropTail(index, position, missing, broken);
      return Step.STOP;
    }
    if (next.isPresent() && isTorn(index, next.get(), missing)) {
      report(file, position.bytes, searchFrom - position.bytes, next.get().header().groupFirst());
      dropTail(index, position, expected, Optional.empty());
      return Step.STOP;
    }
    long resumeBytes = next.map(Found::offsetBytes).orElse(searchFrom);
    long resumeSeq = next.map(frame -> frame.header().seq()).orElse(missing + 1);
    report(file, position.bytes, resumeBytes - position.bytes, resumeSeq);
    lastFileIndex = index;
    lastGroupStartBytes = resumeBytes;
    file.advance(resumeBytes, resumeSeq - 1);
    position.bytes = resumeBytes;
    return Step.NEXT_FRAME;
  }

  /** Whether the frame is of a later group than the missing one, whose own head is missing too. */
  private boolean isTorn(int index, Found next, long missing) throws IOException {
    long groupFirst = next.header().groupFirst();
    return groupFirst > missing
        && next.header().groupIndex() > 0
        && !provenAcknowledged(index, next.offsetBytes(), groupFirst);
  }

  /** Nothing of this file follows: its end, unless the next one begins with a later frame. */
  private Step endOfFile(int index, Position position) throws IOException {
    Optional<Found> following = startOf(index + 1);
    if (expected != UNKNOWN
        && following.isPresent()
        && following.get().header().groupFirst() > expected) {
      JournalFile file = files.get(index);
      long skipped = file.sizeBytes() - position.bytes;
      report(file, position.bytes, skipped, following.get().header().seq());
    }
    return Step.NEXT_FILE;
  }

  /** The files end before the last frame that was acknowledged. */
  private void reportEnd() throws IOException {
    int last = lastFileIndex < 0 ? files.size() - 1 : lastFileIndex;
    report(files.get(last), files.get(last).endBytes(), 0, seqFloor + 1);
  }

  private void report(JournalFile file, long offsetBytes, long skippedBytes, long resumeSeq)
      throws IOException {
    long first = Math.max(expected, seqMin);
    if (first < resumeSeq) {
      visitor.corruption(
          new JournalCorruption(file.name(), offsetBytes, skippedBytes, first, resumeSeq - 1));
    }
    expected = resumeSeq;
  }

  /** Whether the visitor knows, or a frame was written after its group had been acknowledged. */
  private boolean provenAcknowledged(int index, long fromBytes, long missing) throws IOException {
    if (missing <= seqFloor) {
      return true;
    }
    long from = fromBytes;
    for (int i = index; i < files.size(); i++) {
      if (hasLaterGroup(files.get(i), from, missing)) {
        return true;
      }
      from = 0;
    }
    return false;
  }

  private boolean hasLaterGroup(JournalFile file, long fromBytes, long missing) throws IOException {
    Optional<Found> next = scan.nextHeader(file, fromBytes, missing + 1);
    while (next.isPresent()) {
      if (next.get().header().groupFirst() > missing) {
        return true;
      }
      next = scan.nextHeader(file, next.get().endBytes(), missing + 1);
    }
    return false;
  }

  private void dropTail(int index, Position position, long missing, Optional<Found> broken)
      throws IOException {
    JournalFile file = files.get(index);
    int dropped = 0;
    Optional<Found> next =
        broken.isPresent() ? broken : scan.nextHeader(file, position.bytes, missing + 1);
    while (next.isPresent()) {
      dropped++;
      next = scan.nextHeader(file, next.get().endBytes(), missing + 1);
    }
    visitor.tornTail(new JournalTornTail(file.name(), position.bytes, dropped));
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Keeps all that a replay tells. */
final class RecordingVisitor implements ReplayVisitor {
  final TreeMap<Long, byte[]> frames = new TreeMap<>();
  final List<JournalCorruption> corruptions = new ArrayList<>();
  final List<JournalTornTail> tornTails = new ArrayList<>();
  private final long seqMin;
  private final long seqFloor;

  RecordingVisitor() {
    this(1);
  }

  RecordingVisitor(long seqMin) {
    this(seqMin, seqMin - 1);
  }

  RecordingVisitor(long seqMin, long seqFloor) {
    this.seqMin = seqMin;
    this.seqFloor = seqFloor;
  }

  @Override
  public long seqMin() {
    return seqMin;
  }

  @Override
  public long seqFloor() {
    return seqFloor;
  }

  @Override
  public void frame(long seq, ByteBuffer payload) {
    byte[] bytes = new byte[payload.remaining()];
    payload.get(bytes);
    frames.put(seq, bytes);
  }

  @Override
  public void corruption(JournalCorruption corruption) {
    corruptions.add(corruption);
  }

  @Override
  public void tornTail(JournalTornTail tail) {
    tornTails.add(tail);
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.index;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What all indexes and dictionaries take of the heap, about, or those of one tenant as a part of
 * that. What is stored is always loaded; only what would be new asks for room first.
 *
 * <p>No tenant has more than three quarters of the whole, so that others always find room. A
 * sixteenth of the whole is kept for series that others fold into, half of it for those of one
 * tenant: there are few of them, and they have the points of all that found no room.
 */
public final class IndexMemory {
  private static final int KEPT_SHARE = 16;

  private final long bytesMax;
  private final long foldedBytesMax;
  private final Optional<IndexMemory> whole;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicBoolean near = new AtomicBoolean();

  /** The whole. */
  public IndexMemory(long bytesMax) {
    this(bytesMax - bytesMax / KEPT_SHARE, bytesMax, Optional.empty());
  }

  private IndexMemory(long bytesMax, long foldedBytesMax, Optional<IndexMemory> whole) {
    this.bytesMax = bytesMax;
    this.foldedBytesMax = foldedBytesMax;
    this.whole = whole;
  }

  /** One tenant's part of this whole. */
  public IndexMemory part() {
    long share = foldedBytesMax / 4 * 3;
    return new IndexMemory(share, share + foldedBytesMax / (2 * KEPT_SHARE), Optional.of(this));
  }

  public boolean isPart() {
    return whole.isPresent();
  }

  /** Past which nothing is let in but what others fold into. */
  public long bytesMax() {
    return bytesMax;
  }

  public long bytes() {
    return bytes.get();
  }

  /**
   * What is too small for so much more, this or the whole; empty where there is room.
   *
   * @param folded whether it is for a series that others fold into
   */
  public Optional<IndexMemory> fullFor(long moreBytes, boolean folded) {
    return bytes.get() + moreBytes > (folded ? foldedBytesMax : bytesMax)
        ? Optional.of(this)
        : whole.flatMap(all -> all.fullFor(moreBytes, folded));
  }

  /**
   * What new series have brought to four fifths, this or the whole: once, until it was below three
   * quarters again.
   */
  public Optional<IndexMemory> comesNear() {
    long now = bytes.get();
    // Written only where it changes: every new series of every thread reads it.
    if (near.get() && now < bytesMax / 4 * 3) {
      near.set(false);
    }
    boolean comes = now >= bytesMax / 5 * 4 && near.compareAndSet(false, true);
    return comes ? Optional.of(this) : whole.flatMap(IndexMemory::comesNear);
  }

  void grow(long moreBytes) {
    if (moreBytes != 0) {
      bytes.addAndGet(moreBytes);
      whole.ifPresent(all -> all.grow(moreBytes));
    }
  }
}

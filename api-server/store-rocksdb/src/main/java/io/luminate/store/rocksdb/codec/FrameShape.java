// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.codec;

import java.util.Arrays;

/**
 * The cheapest frame for some integers: which base, how many bits for the bulk, and how many values
 * are patched because they need more. Holds its own scratch space, so that choosing allocates
 * nothing.
 *
 * <p>All differences are taken mod 2^64, so a base may lie above some values: these then look very
 * large and are patched like any other outlier.
 */
final class FrameShape {
  /** Sampled to find outliers below the bulk: enough to see 5 % of them with near certainty. */
  private static final int SAMPLES = 32;

  private static final int SAMPLE_LOW = 3;
  private static final int SAMPLE_HIGH = SAMPLES - 4;

  /** Bits that a frame must be wider than the bulk of a sample before another base is tried. */
  private static final int SUSPICIOUS_BITS = 3;

  private static final int WIDTHS = Long.SIZE + 1;

  private final long[] sample = new long[SAMPLES];

  /** Two interleaved histograms: successive equal widths would wait for each other's store. */
  private final int[] histogram = new int[2 * WIDTHS];

  long base;
  int width;
  int patchCount;
  int patchWidth;
  int sizeBytes;

  void choose(long[] values, int count) {
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    for (int i = 0; i < count; i++) {
      min = Math.min(min, values[i]);
      max = Math.max(max, values[i]);
    }
    if (count == 0 || min == max) {
      set(count == 0 ? 0 : min, 0, 0, 0, count);
      return;
    }
    chooseWidth(values, count, min);
    if (count >= 2 * SAMPLES) {
      tryBaseOfBulk(values, count);
    }
  }

  private void set(long newBase, int newWidth, int patches, int newPatchWidth, int count) {
    base = newBase;
    width = newWidth;
    patchCount = patches;
    patchWidth = newPatchWidth;
    sizeBytes = size(newBase, newWidth, patches, newPatchWidth, count);
  }

  static int size(long base, int width, int patches, int patchWidth, int count) {
    int fixed = Frame.HEADER_BYTES + Frame.baseBytes(base) + BitPacking.sizeBytes(count, width);
    return patches == 0
        ? fixed
        : fixed
            + Frame.PATCH_HEADER_BYTES
            + BitPacking.sizeBytes(patches, Frame.POSITION_BITS)
            + BitPacking.sizeBytes(patches, patchWidth);
  }

  private void chooseWidth(long[] values, int count, long newBase) {
    int[] counts = histogram;
    Arrays.fill(counts, 0);
    int i = 0;
    for (; i + 1 < count; i += 2) {
      counts[BitPacking.widthOf(values[i] - newBase)]++;
      counts[WIDTHS + BitPacking.widthOf(values[i + 1] - newBase)]++;
    }
    if (i < count) {
      counts[BitPacking.widthOf(values[i] - newBase)]++;
    }
    int widest = Long.SIZE;
    while (widest > 0 && counts[widest] + counts[WIDTHS + widest] == 0) {
      widest--;
    }
    set(newBase, widest, 0, 0, count);
    int patches = 0;
    for (int w = widest - 1; w >= 0; w--) {
      patches += counts[w + 1] + counts[WIDTHS + w + 1];
      if (patches > count / 2) {
        return;
      }
      if (size(newBase, w, patches, widest - w, count) < sizeBytes) {
        set(newBase, w, patches, widest - w, count);
      }
    }
  }

  private void tryBaseOfBulk(long[] values, int count) {
    for (int i = 0; i < SAMPLES; i++) {
      sample[i] = values[(int) ((long) i * (count - 1) / (SAMPLES - 1))];
    }
    Arrays.sort(sample);
    long low = sample[SAMPLE_LOW];
    long spread = sample[SAMPLE_HIGH] - low;
    if (spread < 0
        || low < Long.MIN_VALUE + spread
        || width < BitPacking.widthOf(spread) + SUSPICIOUS_BITS) {
      return;
    }
    long lowest = low;
    for (int i = 0; i < count; i++) {
      if (values[i] >= low - spread) {
        lowest = Math.min(lowest, values[i]);
      }
    }
    if (lowest != base) {
      keepBetterOf(values, count, lowest);
    }
  }

  private void keepBetterOf(long[] values, int count, long otherBase) {
    long oldBase = base;
    int oldWidth = width;
    int oldPatches = patchCount;
    int oldPatchWidth = patchWidth;
    int oldSize = sizeBytes;
    chooseWidth(values, count, otherBase);
    if (oldSize <= sizeBytes) {
      set(oldBase, oldWidth, oldPatches, oldPatchWidth, count);
    }
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.index;

import java.util.Arrays;

/**
 * The values of a dictionary by code from 1, as {@code bytes:u32 utf8} in pages, so that a million
 * of them are a few arrays, not a million objects.
 *
 * <p>One writer, who publishes what {@link #with} returns: that shares what is there, and entries
 * of codes that nobody may ask for yet are written in place. An older one may therefore find a
 * code's text where it has no page; then it does not hold it.
 */
final class ValueTexts {
  private static final int PAGE_BITS = 16;
  private static final int PAGE_BYTES = 1 << PAGE_BITS;
  private static final int FIRST_PAGE_BYTES = 64;

  /** Of a code without a value: no page has that number. */
  private static final long NOWHERE = Long.MAX_VALUE;

  private final byte[][] pages;

  /** {@code page << 32 | offset} of each value by code - 1. */
  private final long[] positions;

  private int lastPageUsed;

  ValueTexts() {
    this(2);
  }

  ValueTexts(int values) {
    this(new byte[][] {new byte[FIRST_PAGE_BYTES]}, nowhere(Math.max(2, values)), 0);
  }

  private static long[] nowhere(int values) {
    long[] positions = new long[values];
    Arrays.fill(positions, NOWHERE);
    return positions;
  }

  private ValueTexts(byte[][] pages, long[] positions, int lastPageUsed) {
    this.pages = pages;
    this.positions = positions;
    this.lastPageUsed = lastPageUsed;
  }

  /** Itself, or a larger one, with the value. */
  ValueTexts with(int code, byte[] utf8) {
    ValueTexts roomy = code > positions.length ? withPositions(code) : this;
    int needed = Integer.BYTES + utf8.length;
    if (roomy.lastPageUsed + needed > roomy.lastPage().length) {
      roomy = roomy.withRoom(needed);
    }
    roomy.store(code, utf8);
    return roomy;
  }

  private byte[] lastPage() {
    return pages[pages.length - 1];
  }

  private ValueTexts withPositions(int code) {
    int capacity = Math.max(code, positions.length + (positions.length >> 1));
    long[] more = nowhere(capacity);
    System.arraycopy(positions, 0, more, 0, positions.length);
    return new ValueTexts(pages, more, lastPageUsed);
  }

  /** The first page grows until it is a whole one, so that small dictionaries stay small. */
  private ValueTexts withRoom(int needed) {
    int grown = Math.max(lastPage().length * 2, lastPageUsed + needed);
    if (pages.length == 1 && grown <= PAGE_BYTES) {
      return new ValueTexts(new byte[][] {Arrays.copyOf(pages[0], grown)}, positions, lastPageUsed);
    }
    byte[][] more = Arrays.copyOf(pages, pages.length + 1);
    more[pages.length] = new byte[Math.max(PAGE_BYTES, needed)];
    return new ValueTexts(more, positions, 0);
  }

  private void store(int code, byte[] utf8) {
    byte[] page = lastPage();
    int offset = lastPageUsed;
    writeLength(page, offset, utf8.length);
    System.arraycopy(utf8, 0, page, offset + Integer.BYTES, utf8.length);
    lastPageUsed += Integer.BYTES + utf8.length;
    positions[code - 1] = (long) (pages.length - 1) << 32 | offset;
  }

  /** Never fails, whatever happens meanwhile. */
  boolean holds(int code, byte[] utf8) {
    long position = code > positions.length ? NOWHERE : positions[code - 1];
    int pageNo = (int) (position >>> 32);
    int from = (int) position + Integer.BYTES;
    int to = from + utf8.length;
    return pageNo < pages.length
        && to <= pages[pageNo].length
        && length(pages[pageNo], from - Integer.BYTES) == utf8.length
        && Arrays.equals(pages[pageNo], from, to, utf8, 0, utf8.length);
  }

  byte[] bytes(int code) {
    byte[] page = page(code);
    int from = offset(code) + Integer.BYTES;
    return Arrays.copyOfRange(page, from, from + length(page, offset(code)));
  }

  int length(int code) {
    return length(page(code), offset(code));
  }

  /** By their bytes, unsigned. */
  int compare(int codeA, int codeB) {
    byte[] a = page(codeA);
    byte[] b = page(codeB);
    int fromA = offset(codeA) + Integer.BYTES;
    int fromB = offset(codeB) + Integer.BYTES;
    return Arrays.compareUnsigned(a, fromA, fromA + length(codeA), b, fromB, fromB + length(codeB));
  }

  boolean startsWith(int code, byte[] prefix) {
    byte[] page = page(code);
    int from = offset(code) + Integer.BYTES;
    return length(code) >= prefix.length
        && Arrays.equals(page, from, from + prefix.length, prefix, 0, prefix.length);
  }

  private byte[] page(int code) {
    return pages[(int) (positions[code - 1] >>> 32)];
  }

  private int offset(int code) {
    return (int) positions[code - 1];
  }

  private static int length(byte[] page, int offset) {
    return (page[offset] & 0xFF) << 24
        | (page[offset + 1] & 0xFF) << 16
        | (page[offset + 2] & 0xFF) << 8
        | page[offset + 3] & 0xFF;
  }

  private static void writeLength(byte[] page, int offset, int length) {
    page[offset] = (byte) (length >>> 24);
    page[offset + 1] = (byte) (length >>> 16);
    page[offset + 2] = (byte) (length >>> 8);
    page[offset + 3] = (byte) length;
  }
}

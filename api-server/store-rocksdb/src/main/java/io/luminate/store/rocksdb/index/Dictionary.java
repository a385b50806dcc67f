// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.index;

import io.luminate.model.SeriesHash;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The values of one dimension key of one tenant, numbered from 1 in order of arrival and never
 * renumbered; 0 means absent.
 *
 * <p>Values lie as {@code bytes:u32 utf8} in pages, so a million of them are a few arrays, not a
 * million objects. One lock for writers; readers take none: they read {@code size} first, which is
 * written last, and arrays only ever grow by copying.
 */
public final class Dictionary implements ValueDictionary {
  private static final int PAGE_BITS = 16;
  private static final int PAGE_BYTES = 1 << PAGE_BITS;
  private static final int FIRST_PAGE_BYTES = 64;

  /** Of a value besides its bytes: its length, position and slots. */
  private static final int VALUE_OVERHEAD_BYTES = 24;

  private final int id;
  private final String key;
  private final IndexMemory memory;
  private byte[][] pages = {new byte[FIRST_PAGE_BYTES]};
  private int lastPage;
  private int lastPageUsed;

  /** {@code page << 32 | offset} of each value by code - 1. */
  private long[] positions = new long[2];

  /** Codes by hash of the value, linear probing, 0 = free, at most half full. */
  private volatile int[] slots = new int[4];

  private volatile int size;

  public Dictionary(int id, String key, IndexMemory memory) {
    this.id = id;
    this.key = key;
    this.memory = memory;
  }

  public int id() {
    return id;
  }

  public String key() {
    return key;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int codeOf(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    return find(utf8, hash(utf8), slots);
  }

  /** The value's code, a new one if it has none yet. */
  public int intern(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    int hash = hash(utf8);
    int known = find(utf8, hash, slots);
    return known != 0 ? known : add(utf8, hash);
  }

  private synchronized int add(byte[] utf8, int hash) {
    int known = find(utf8, hash, slots);
    if (known != 0) {
      return known;
    }
    int code = size + 1;
    if (code > positions.length) {
      positions = Arrays.copyOf(positions, positions.length * 2);
    }
    positions[code - 1] = store(utf8);
    memory.grow(utf8.length + VALUE_OVERHEAD_BYTES);
    size = code;
    int[] table = code * 2 > slots.length ? rehash(slots.length * 2) : slots;
    place(table, hash, code);
    slots = table;
    return code;
  }

  private long store(byte[] utf8) {
    int needed = Integer.BYTES + utf8.length;
    if (lastPageUsed + needed > pages[lastPage].length) {
      makeRoom(needed);
    }
    byte[] page = pages[lastPage];
    int offset = lastPageUsed;
    writeLength(page, offset, utf8.length);
    System.arraycopy(utf8, 0, page, offset + Integer.BYTES, utf8.length);
    lastPageUsed += needed;
    return (long) lastPage << 32 | offset;
  }

  /** The first page grows until it is a whole one, so that small dictionaries stay small. */
  private void makeRoom(int needed) {
    int grown = Math.max(pages[lastPage].length * 2, lastPageUsed + needed);
    if (lastPage == 0 && grown <= PAGE_BYTES) {
      byte[][] copy = pages.clone();
      copy[0] = Arrays.copyOf(pages[0], grown);
      pages = copy;
      return;
    }
    byte[][] copy = Arrays.copyOf(pages, pages.length + 1);
    copy[pages.length] = new byte[Math.max(PAGE_BYTES, needed)];
    pages = copy;
    lastPage = copy.length - 1;
    lastPageUsed = 0;
  }

  private int[] rehash(int capacity) {
    int[] table = new int[capacity];
    for (int code = 1; code < size; code++) {
      place(table, hash(bytes(code)), code);
    }
    return table;
  }

  private static void place(int[] table, int hash, int code) {
    int slot = hash & table.length - 1;
    while (table[slot] != 0) {
      slot = slot + 1 & table.length - 1;
    }
    table[slot] = code;
  }

  private int find(byte[] utf8, int hash, int[] table) {
    int slot = hash & table.length - 1;
    for (int code = table[slot]; code != 0; code = table[slot]) {
      if (code <= size && holds(code, utf8)) {
        return code;
      }
      slot = slot + 1 & table.length - 1;
    }
    return 0;
  }

  private boolean holds(int code, byte[] utf8) {
    byte[] page = page(code);
    int offset = offset(code);
    int length = length(page, offset);
    int from = offset + Integer.BYTES;
    return length == utf8.length && Arrays.equals(page, from, from + length, utf8, 0, utf8.length);
  }

  private byte[] bytes(int code) {
    byte[] page = page(code);
    int from = offset(code) + Integer.BYTES;
    return Arrays.copyOfRange(page, from, from + length(page, offset(code)));
  }

  @Override
  public String value(int code) {
    return code == 0 ? "" : new String(bytes(checked(code)), StandardCharsets.UTF_8);
  }

  @Override
  public int compare(int codeA, int codeB) {
    if (codeA == 0 || codeB == 0 || codeA == codeB) {
      return codeA == codeB ? 0 : codeA == 0 ? -1 : 1;
    }
    byte[] a = page(checked(codeA));
    byte[] b = page(checked(codeB));
    int fromA = offset(codeA) + Integer.BYTES;
    int fromB = offset(codeB) + Integer.BYTES;
    return Arrays.compareUnsigned(
        a, fromA, fromA + length(a, offset(codeA)), b, fromB, fromB + length(b, offset(codeB)));
  }

  @Override
  public boolean startsWith(int code, String prefix) {
    if (code == 0) {
      return prefix.isEmpty();
    }
    byte[] utf8 = prefix.getBytes(StandardCharsets.UTF_8);
    byte[] page = page(checked(code));
    int from = offset(code) + Integer.BYTES;
    return length(page, offset(code)) >= utf8.length
        && Arrays.equals(page, from, from + utf8.length, utf8, 0, utf8.length);
  }

  private int checked(int code) {
    if (code < 0 || code > size) {
      throw new IndexOutOfBoundsException("code " + code + " of key " + key + " has no value");
    }
    return code;
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

  private static int hash(byte[] utf8) {
    return (int) SeriesHash.of(utf8, 0, utf8.length).low();
  }
}

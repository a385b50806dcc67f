// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.index;

import io.luminate.model.SeriesHash;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Optional;

/**
 * The values of one dimension key of one tenant, numbered from 1; the lowest free code goes to the
 * next, and a code means one value as long as any series has it. 0 means absent.
 *
 * <p>One lock for writers. Readers take none: they read {@code size} first, which is written last,
 * and arrays grow by copying. Who asks for the value of a code knows of a series that has it.
 */
public final class Dictionary implements ValueDictionary {
  /** Values of a block in the catalog. */
  public static final int BLOCK_VALUES = 4_096;

  /** Of a value besides its bytes: its length, position and slots. */
  private static final int VALUE_OVERHEAD_BYTES = 24;

  /** Copying the strings together is worth it once such a share of codes is free. */
  private static final int FREE_SHARE = 16;

  private static final int SLOTS_MIN = 4;
  private static final VarHandle INTS = MethodHandles.arrayElementVarHandle(int[].class);

  /** Of no key: it has no value and gets none. */
  static final Dictionary NONE = new Dictionary(0, "", new IndexMemory(0));

  private final int id;
  private final String key;
  private final IndexMemory memory;
  private volatile ValueTexts texts = new ValueTexts();

  /** Codes by hash of the value, linear probing, 0 = free, at most half full. */
  private volatile int[] slots = new int[SLOTS_MIN];

  private volatile int size;
  private int values;
  private final BitSet free = new BitSet();

  /** No lower code is free. */
  private int freeFrom = 1;

  private final BitSet dirtyBlocks = new BitSet();

  /** Codes that were handed out since somebody began to look which are used. */
  private final BitSet touched = new BitSet();

  private volatile boolean traced;

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
    return find(utf8, hash(utf8));
  }

  /** The value's code, a new one if it has none yet. For who enters it in an index right away. */
  public int intern(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    int hash = hash(utf8);
    int known = traced ? 0 : find(utf8, hash);
    return known != 0 ? known : internLocked(utf8, hash);
  }

  private synchronized int internLocked(byte[] utf8, int hash) {
    int known = find(utf8, hash);
    int code = known != 0 ? known : add(utf8, hash);
    if (traced) {
      touched.set(code);
    }
    return code;
  }

  private int add(byte[] utf8, int hash) {
    int code = nextCode();
    dirtyBlocks.set((code - 1) / BLOCK_VALUES);
    put(code, utf8, hash);
    return code;
  }

  private int nextCode() {
    int code = free.isEmpty() ? -1 : free.nextSetBit(freeFrom);
    if (code < 0) {
      return size + 1;
    }
    free.clear(code);
    freeFrom = code + 1;
    return code;
  }

  private void put(int code, byte[] utf8, int hash) {
    ValueTexts now = texts.with(code, utf8);
    texts = now;
    memory.grow(utf8.length + VALUE_OVERHEAD_BYTES);
    size = Math.max(size, code);
    values++;
    int[] table = values * 2 > slots.length ? rehashed(slots.length * 2, now) : slots;
    place(table, hash, code);
    slots = table;
  }

  private int[] rehashed(int capacity, ValueTexts now) {
    int[] table = new int[capacity];
    for (int code : slots) {
      if (code != 0) {
        place(table, hash(now.bytes(code)), code);
      }
    }
    return table;
  }

  private static void place(int[] table, int hash, int code) {
    int slot = hash & table.length - 1;
    while (table[slot] != 0) {
      slot = slot + 1 & table.length - 1;
    }
    INTS.setRelease(table, slot, code);
  }

  /** Whoever sees a code sees its text. */
  private static int at(int[] table, int slot) {
    return (int) INTS.getAcquire(table, slot);
  }

  /** Without the lock it may miss a value that comes, or comes back, at this moment. */
  private int find(byte[] utf8, int hash) {
    int[] table = slots;
    int slot = hash & table.length - 1;
    for (int code = at(table, slot); code != 0; code = at(table, slot)) {
      if (texts.holds(code, utf8)) {
        return code;
      }
      slot = slot + 1 & table.length - 1;
    }
    return 0;
  }

  @Override
  public String value(int code) {
    return code == 0 ? "" : new String(texts.bytes(checked(code)), StandardCharsets.UTF_8);
  }

  @Override
  public int compare(int codeA, int codeB) {
    if (codeA == 0 || codeB == 0 || codeA == codeB) {
      return codeA == codeB ? 0 : codeA == 0 ? -1 : 1;
    }
    return texts.compare(checked(codeA), checked(codeB));
  }

  @Override
  public boolean startsWith(int code, String prefix) {
    return code == 0
        ? prefix.isEmpty()
        : texts.startsWith(checked(code), prefix.getBytes(StandardCharsets.UTF_8));
  }

  private int checked(int code) {
    if (code < 0 || code > size) {
      throw new IndexOutOfBoundsException("code " + code + " of key " + key + " has no value");
    }
    return code;
  }

  // -- values that no series has --

  /** From now on codes that are handed out are remembered. */
  public synchronized void beginTrace() {
    touched.clear();
    traced = true;
  }

  /**
   * Frees the codes that are neither used nor were handed out since the trace began, if they are
   * many.
   *
   * @param used by series that are in an index
   * @return how many it freed
   */
  public synchronized int endTrace(BitSet used) {
    abandonTrace();
    BitSet gone = new BitSet();
    gone.set(1, size + 1);
    gone.andNot(used);
    gone.andNot(touched);
    gone.andNot(free);
    int count = gone.cardinality();
    if (count > 0 && (long) count * FREE_SHARE >= values) {
      release(gone);
      return count;
    }
    return 0;
  }

  public synchronized void abandonTrace() {
    traced = false;
  }

  private void release(BitSet gone) {
    gone.stream().forEach(code -> dirtyBlocks.set((code - 1) / BLOCK_VALUES));
    memory.grow(-gone.stream().mapToLong(c -> texts.length(c) + VALUE_OVERHEAD_BYTES).sum());
    free.or(gone);
    freeFrom = 1;
    int last = free.previousClearBit(size);
    free.clear(last + 1, size + 1);
    values -= gone.cardinality();
    rebuild(last);
  }

  private void rebuild(int last) {
    ValueTexts before = texts;
    ValueTexts kept = new ValueTexts(last);
    int[] table = new int[Math.max(SLOTS_MIN, Integer.highestOneBit(Math.max(1, values)) * 4)];
    for (int code = 1; code <= last; code++) {
      if (!free.get(code)) {
        byte[] utf8 = before.bytes(code);
        kept = kept.with(code, utf8);
        place(table, hash(utf8), code);
      }
    }
    // A reader who finds a slot in one and looks for its text in the other misses it, and asks
    // again
    // under the lock.
    texts = kept;
    slots = table;
    size = last;
  }

  // -- persistence --

  /** Blocks with a change since they were last marked clean. */
  public synchronized int[] dirtyBlocks() {
    return dirtyBlocks.stream().toArray();
  }

  /** Before they are encoded, so that a value that comes meanwhile makes its block dirty again. */
  public synchronized void markClean(int[] blocks) {
    for (int block : blocks) {
      dirtyBlocks.clear(block);
    }
  }

  /** Puts blocks back after their persisting failed. */
  public synchronized void markDirty(int[] blocks) {
    for (int block : blocks) {
      dirtyBlocks.set(block);
    }
  }

  /** {@code bytes:u32 utf8} of each code, of length 0 if it is free; nothing if all are. */
  public synchronized Optional<byte[]> encodeBlock(int block) {
    int first = block * BLOCK_VALUES + 1;
    int last = free.previousClearBit(Math.min(size, first + BLOCK_VALUES - 1));
    return last < first ? Optional.empty() : Optional.of(encode(first, last));
  }

  private byte[] encode(int first, int last) {
    int bytes = 0;
    for (int code = first; code <= last; code++) {
      bytes += Integer.BYTES + (free.get(code) ? 0 : texts.length(code));
    }
    ByteBuffer out = ByteBuffer.allocate(bytes);
    for (int code = first; code <= last; code++) {
      byte[] utf8 = free.get(code) ? new byte[0] : texts.bytes(code);
      out.putInt(utf8.length).put(utf8);
    }
    return out.array();
  }

  /** Restores a block that {@link #encodeBlock} wrote; blocks come in their order. */
  public synchronized void restoreBlock(int block, byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int first = block * BLOCK_VALUES + 1;
    free.set(Math.min(size + 1, first), first);
    for (int code = first; in.hasRemaining(); code++) {
      byte[] utf8 = new byte[in.getInt()];
      in.get(utf8);
      if (utf8.length == 0) {
        free.set(code);
      } else {
        put(code, utf8, hash(utf8));
      }
    }
  }

  private static int hash(byte[] utf8) {
    return (int) SeriesHash.of(utf8, 0, utf8.length).low();
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write.series;

import io.luminate.model.Dimensions;
import io.luminate.model.EntityKeys;
import io.luminate.model.SeriesHash;
import io.luminate.store.SeriesLimits;
import io.luminate.store.clickhouse.schema.MetricSlots;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * One series as bytes that are copied into rows as they are:
 *
 * <pre>
 *   metric   u32    which of its generation's metrics
 *   series   u128   the hash, as ClickHouse's UInt128
 *   entity   u8     a pair whose value is the entity, 0xFF for none
 *   rest     u8     number of pairs without a slot
 *   overflow u8     1 if a value stands for several, 0 else
 *   slots ×         slot u8, value
 *   end      u8     0
 *   rest ×          key, value
 * </pre>
 *
 * Numbers are little-endian; a text is its length in bytes as LEB128 and its UTF-8, as in
 * ClickHouse's Native format. Pairs are counted from 0 through both kinds, those with a slot in the
 * order of slots, others in that of keys. Equal series of a metric have equal bytes, as a key never
 * changes its slot.
 */
final class SeriesRecord {
  static final int SERIES = 4;
  static final int ENTITY = 20;
  static final int REST = 21;
  static final int OVERFLOW = 22;
  static final int PAIRS = 23;

  static final int NO_ENTITY = 0xFF;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private SeriesRecord() {}

  /** The slot of each dimension's key, 0 where it has none. */
  static int[] slotsOf(Dimensions dimensions, MetricSlots slots) {
    int[] slotOf = new int[dimensions.size()];
    for (int i = 0; i < slotOf.length; i++) {
      slotOf[i] = slots.slotOf(dimensions.key(i)).orElse(0);
    }
    return slotOf;
  }

  /**
   * The metric's field is 0 yet.
   *
   * @param slotOf each dimension, 0 for none
   */
  static byte[] encode(Dimensions dimensions, int[] slotOf, EntityKeys entityKeys) {
    if (dimensions.size() >= NO_ENTITY) {
      throw new IllegalArgumentException(
          "a series has fewer than " + NO_ENTITY + " dimensions, got " + dimensions.size());
    }
    int[] order = slotsFirst(slotOf);
    String entity = entityKeys.entityOf(dimensions);
    byte[][] texts = texts(dimensions, slotOf);
    byte[] record = new byte[PAIRS + bytes(texts, slotOf) + 1];
    int inSlots = (int) IntStream.of(slotOf).filter(slot -> slot > 0).count();
    int at = PAIRS;
    int entityPair = NO_ENTITY;
    for (int pair = 0; pair < order.length; pair++) {
      int i = order[pair];
      at += pair == inSlots ? 1 : 0;
      if (slotOf[i] > 0) {
        record[at++] = (byte) slotOf[i];
      } else {
        at = putText(record, at, texts[2 * i]);
      }
      at = putText(record, at, texts[2 * i + 1]);
      // The value counts, not the key: another pair with an equal one serves as well.
      if (dimensions.value(i).equals(entity)) {
        entityPair = pair;
      }
    }
    SeriesHash hash = dimensions.hash();
    LONG.set(record, SERIES, hash.low());
    LONG.set(record, SERIES + Long.BYTES, hash.high());
    record[ENTITY] = (byte) entityPair;
    record[REST] = (byte) (order.length - inSlots);
    record[OVERFLOW] = (byte) (SeriesLimits.isOverflow(dimensions) ? 1 : 0);
    return record;
  }

  /** Each key, if it has no slot, and each value. */
  private static byte[][] texts(Dimensions dimensions, int[] slotOf) {
    byte[][] texts = new byte[2 * slotOf.length][];
    for (int i = 0; i < slotOf.length; i++) {
      String key = slotOf[i] > 0 ? "" : dimensions.key(i);
      texts[2 * i] = key.getBytes(StandardCharsets.UTF_8);
      texts[2 * i + 1] = dimensions.value(i).getBytes(StandardCharsets.UTF_8);
    }
    return texts;
  }

  private static int bytes(byte[][] texts, int[] slotOf) {
    int total = 0;
    for (int i = 0; i < slotOf.length; i++) {
      total += slotOf[i] > 0 ? 1 : textBytes(texts[2 * i]);
      total += textBytes(texts[2 * i + 1]);
    }
    return total;
  }

  private static int textBytes(byte[] text) {
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(text.length | 1);
    return Math.ceilDiv(bits, 7) + text.length;
  }

  /** Dimensions by slot, behind them those without one, which are in key order already. */
  private static int[] slotsFirst(int[] slotOf) {
    int[] order = new int[slotOf.length];
    for (int i = 0; i < slotOf.length; i++) {
      int at = i;
      for (; at > 0 && place(slotOf[order[at - 1]]) > place(slotOf[i]); at--) {
        order[at] = order[at - 1];
      }
      order[at] = i;
    }
    return order;
  }

  private static int place(int slot) {
    return slot == 0 ? Integer.MAX_VALUE : slot;
  }

  private static int putText(byte[] record, int from, byte[] text) {
    int at = from;
    int length = text.length;
    for (; length >= 0x80; length >>>= 7) {
      record[at++] = (byte) (length & 0x7F | 0x80);
    }
    record[at++] = (byte) length;
    System.arraycopy(text, 0, record, at, text.length);
    return at + text.length;
  }

  static int metric(byte[] page, int at) {
    return (int) INT.get(page, at);
  }

  static void setMetric(byte[] page, int at, int metric) {
    INT.set(page, at, metric);
  }

  static SeriesHash seriesHash(byte[] record) {
    return new SeriesHash(
        (long) LONG.get(record, SERIES + Long.BYTES), (long) LONG.get(record, SERIES));
  }

  /** Whether the record there is this one, whatever their metrics' fields. */
  static boolean matches(byte[] page, int at, byte[] record) {
    return at + record.length <= page.length
        && Arrays.equals(page, at + SERIES, at + record.length, record, SERIES, record.length);
  }

  /** Spreads series, and one series of several metrics. */
  static int hash(byte[] record, int metricHash) {
    long word = (long) LONG.get(record, SERIES) ^ metricHash * 0x9E3779B97F4A7C15L;
    word = (word ^ word >>> 32) * 0xff51afd7ed558ccdL;
    return (int) (word >>> 32);
  }
}

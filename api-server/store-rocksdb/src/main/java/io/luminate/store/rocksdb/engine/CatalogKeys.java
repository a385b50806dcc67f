// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.model.TenantId;
import io.luminate.store.IdempotencyLedger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Keys of the catalog, big-endian. {@code docs/format/catalog.md} draws keys and values.
 *
 * <pre>
 * 'M' metricId:u32                              metric: tenant, name, keys, series
 * 's' metricId:u32 block:u32                    4,096 series, see SeriesBlock
 * 'd' tenant 0x00 key 0x00 block:u32            4,096 dictionary values
 * 'f' number:u64                                definitions of a frame, until they are in blocks
 * 'g' day:u32 number:u64                        a segment that counts
 * 'q' day:u32                                   seq up to which a day is sealed
 * 'x' seq:u64                                   a delete
 * 'o' tenant 0x00 id                            a delete that was asked for, see DeleteOperations
 * 'i' recordedAtMillis:u64 tenant 0x00 key      an idempotency key with its answer
 * 'r' tenant 0x00 metric                        retention set over the API, in milliseconds
 * 'p'                                           the retention plan, as RetentionPlanText writes it
 * 'e'                                           entity keys, see RecordedEntityKeys
 * 'n'                                           next segment number
 * 'j'                                           seq through which the journal is not needed
 * 'c'                                           last seq that the journal is known to lack
 * </pre>
 */
final class CatalogKeys {
  static final byte[] METRICS = {'M'};
  static final byte[] FRAMES = {'f'};
  static final byte[] SEGMENTS = {'g'};
  static final byte[] SEALED = {'q'};
  static final byte[] TOMBSTONES = {'x'};
  static final byte[] OPERATIONS = {'o'};
  static final byte[] IDEMPOTENCY = {'i'};
  static final byte[] RETENTION = {'r'};
  static final byte[] PLAN = {'p'};
  static final byte[] ENTITY_KEYS = {'e'};
  static final byte[] NUMBERS = {'n'};
  static final byte[] RELEASED = {'j'};
  static final byte[] CORRUPTED = {'c'};

  private CatalogKeys() {}

  static byte[] metric(int metricId) {
    return ByteBuffer.allocate(5).put((byte) 'M').putInt(metricId).array();
  }

  static byte[] seriesBlocks(int metricId) {
    return ByteBuffer.allocate(5).put((byte) 's').putInt(metricId).array();
  }

  static byte[] seriesBlock(int metricId, int block) {
    return ByteBuffer.allocate(9).put((byte) 's').putInt(metricId).putInt(block).array();
  }

  static byte[] dictionary(TenantId tenant, String key) {
    return concat((byte) 'd', tenant.value(), key, true);
  }

  static byte[] dictionaryBlock(TenantId tenant, String key, int block) {
    byte[] prefix = dictionary(tenant, key);
    return ByteBuffer.allocate(prefix.length + 4).put(prefix).putInt(block).array();
  }

  static byte[] frame(long number) {
    return ByteBuffer.allocate(9).put((byte) 'f').putLong(number).array();
  }

  static byte[] segment(int day, long number) {
    return ByteBuffer.allocate(13).put((byte) 'g').putInt(day).putLong(number).array();
  }

  static byte[] sealed(int day) {
    return ByteBuffer.allocate(5).put((byte) 'q').putInt(day).array();
  }

  static byte[] tombstone(long seq) {
    return ByteBuffer.allocate(9).put((byte) 'x').putLong(seq).array();
  }

  static byte[] idempotency(IdempotencyLedger.Entry record) {
    byte[] name = concat((byte) 'i', record.tenant().value(), record.key(), false);
    return ByteBuffer.allocate(name.length + 8)
        .put((byte) 'i')
        .putLong(record.recordedAtMillis())
        .put(name, 1, name.length - 1)
        .array();
  }

  static byte[] retention(TenantId tenant, String metricName) {
    return concat((byte) 'r', tenant.value(), metricName, false);
  }

  static byte[] operation(TenantId tenant, String id) {
    return concat((byte) 'o', tenant.value(), id, false);
  }

  private static byte[] concat(byte kind, String tenant, String name, boolean closed) {
    byte[] first = tenant.getBytes(StandardCharsets.UTF_8);
    byte[] second = name.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(2 + first.length + second.length + (closed ? 1 : 0));
    return out.put(kind).put(first).put((byte) 0).put(second).array();
  }
}

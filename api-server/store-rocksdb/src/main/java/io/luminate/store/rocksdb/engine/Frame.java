// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.model.Filter;
import io.luminate.model.TenantId;
import io.luminate.store.BodyHash;
import io.luminate.store.IdempotencyClaim;
import io.luminate.store.IdempotencyLedger;
import io.luminate.store.PointBatch;
import io.luminate.store.rocksdb.engine.SeriesDefinitions.Encoded;
import io.luminate.store.rocksdb.index.Handles;
import io.luminate.store.rocksdb.journal.JournalEntry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One request as a journal frame: all of it is replayed or none. Sections follow each other to the
 * end of the payload.
 *
 * <pre>
 * u8 version = 1
 * section: u8 kind | u32 bytes | body
 *   1 definitions   see {@link SeriesDefinitions}
 *   2 points        u32 n | n × i64 handle | n × i64 timestampMillis | n × f64 value
 *   3 idempotency   text tenant | text key | i64 high, i64 low of the body hash
 *                   | i64 recordedAtMillis | u32 bytes, receipt
 *   4 delete        u32 metricId | i64 beforeMillis
 *   5 operation     u32 metricId | i64 beforeMillis | i64 requestedAtMillis | text id
 *                   | filters, see {@link FilterBytes}: a delete that somebody asked for
 * (numbers big-endian, the columns of points little-endian)
 * </pre>
 */
final class Frame implements JournalEntry {
  static final byte VERSION = 1;
  static final byte DEFINITIONS = 1;
  static final byte POINTS = 2;
  static final byte IDEMPOTENCY = 3;
  static final byte DELETE = 4;
  static final byte OPERATION = 5;

  /** In front of each section. */
  static final int SECTION_BYTES = 1 + Integer.BYTES;

  private static final int POINT_BYTES = 24;

  private final ByteBuffer payload;
  private final Content content;

  /** What the frame does once it is durable. */
  sealed interface Content {
    record Points(PointBatch batch, List<SeriesDefinitions> definitions, Optional<Keyed> keyed)
        implements Content {}

    record Delete(int metricId, long beforeMillis) implements Content {}

    /**
     * @param beforeApplied sees the points that it takes, on the journal's thread
     */
    record Operate(Operation operation, Runnable beforeApplied) implements Content {}
  }

  /** A delete that somebody asked for. */
  record Operation(
      int metricId, long beforeMillis, long requestedAtMillis, String id, List<Filter> filters) {
    Tombstone tombstone(long seq) {
      return new Tombstone(seq, metricId, beforeMillis, filters);
    }

    int bytes() {
      return 24 + Bytes.utf8(id).length + FilterBytes.size(filters);
    }
  }

  /** An idempotency key's claim and what is going to be remembered of it. */
  record Keyed(IdempotencyClaim.Held claim, IdempotencyLedger.Entry entry) {}

  private Frame(ByteBuffer payload, Content content) {
    this.payload = payload;
    this.content = content;
  }

  @Override
  public ByteBuffer payload() {
    return payload;
  }

  Content content() {
    return content;
  }

  static Frame delete(int metricId, long beforeMillis) {
    ByteBuffer out = ByteBuffer.allocateDirect(1 + SECTION_BYTES + 12);
    out.put(VERSION).put(DELETE).putInt(12).putInt(metricId).putLong(beforeMillis).flip();
    return new Frame(out, new Content.Delete(metricId, beforeMillis));
  }

  static Frame operation(Operation operation, Runnable beforeApplied) {
    ByteBuffer out = ByteBuffer.allocateDirect(1 + SECTION_BYTES + operation.bytes());
    out.put(VERSION).put(OPERATION).putInt(operation.bytes());
    out.putInt(operation.metricId()).putLong(operation.beforeMillis());
    out.putLong(operation.requestedAtMillis());
    Bytes.putText(out, Bytes.utf8(operation.id()));
    FilterBytes.put(out, operation.filters());
    return new Frame(out.flip(), new Content.Operate(operation, beforeApplied));
  }

  private static Operation decodeOperation(ByteBuffer in) {
    return new Operation(
        in.getInt(), in.getLong(), in.getLong(), Bytes.getText(in), FilterBytes.get(in));
  }

  /** Bytes of a payload that defines nothing. */
  static long bytes(PointBatch batch, Optional<Keyed> keyed) {
    long points = 1L + SECTION_BYTES + Integer.BYTES + (long) batch.size() * POINT_BYTES;
    return points + keyed.map(k -> SECTION_BYTES + (long) keyBytes(k.entry())).orElse(0L);
  }

  static Frame points(
      PointBatch batch, List<Encoded> definitions, Optional<Keyed> keyed, FrameBuffers buffers) {
    long size = bytes(batch, keyed);
    for (Encoded defined : definitions) {
      size += SECTION_BYTES + defined.bytes().length;
    }
    ByteBuffer out = buffers.take(Math.toIntExact(size));
    out.put(VERSION);
    for (Encoded defined : definitions) {
      putSection(out, DEFINITIONS, defined.bytes());
    }
    keyed.ifPresent(k -> putSection(out, IDEMPOTENCY, encodeKey(k.entry())));
    putPoints(out, batch);
    List<SeriesDefinitions> defined = definitions.stream().map(Encoded::definitions).toList();
    return new Frame(out.flip(), new Content.Points(batch, defined, keyed));
  }

  private static void putSection(ByteBuffer out, byte kind, byte[] body) {
    out.put(kind).putInt(body.length).put(body);
  }

  private static void putPoints(ByteBuffer out, PointBatch batch) {
    int n = batch.size();
    out.put(POINTS).putInt(Integer.BYTES + n * POINT_BYTES).putInt(n);
    ByteBuffer columns = out.slice().order(ByteOrder.LITTLE_ENDIAN);
    LongBuffer longs = columns.asLongBuffer();
    for (int i = 0; i < n; i++) {
      longs.put(Handles.stored(batch.handles()[i]));
    }
    longs.put(batch.timestampsMillis(), 0, n);
    columns.position(2 * n * Long.BYTES);
    columns.slice().order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().put(batch.values(), 0, n);
    out.position(out.position() + n * POINT_BYTES);
  }

  static byte[] encodeKey(IdempotencyLedger.Entry record) {
    byte[] tenant = Bytes.utf8(record.tenant().value());
    byte[] key = Bytes.utf8(record.key());
    ByteBuffer out = ByteBuffer.allocate(keyBytes(record));
    Bytes.putText(out, tenant);
    Bytes.putText(out, key);
    out.putLong(record.body().high()).putLong(record.body().low());
    out.putLong(record.recordedAtMillis());
    Bytes.putText(out, record.receipt());
    return out.array();
  }

  private static int keyBytes(IdempotencyLedger.Entry record) {
    int texts = Bytes.utf8(record.tenant().value()).length + Bytes.utf8(record.key()).length;
    return 36 + texts + record.receipt().length;
  }

  static IdempotencyLedger.Entry decodeKey(ByteBuffer in) {
    TenantId tenant = new TenantId(Bytes.getText(in));
    String key = Bytes.getText(in);
    BodyHash body = new BodyHash(in.getLong(), in.getLong());
    long recordedAtMillis = in.getLong();
    return new IdempotencyLedger.Entry(tenant, key, body, Bytes.getBytes(in), recordedAtMillis);
  }

  /** Receives the sections of a replayed frame. */
  interface Visitor {
    void definitions(ByteBuffer body);

    void points(long[] handles, long[] timestampsMillis, double[] values);

    void key(IdempotencyLedger.Entry entry);

    void delete(int metricId, long beforeMillis);

    void operation(Operation operation);
  }

  static void decode(ByteBuffer payload, Visitor visitor) {
    ByteBuffer in = payload.duplicate().order(ByteOrder.BIG_ENDIAN);
    byte version = in.get();
    if (version != VERSION) {
      throw new IllegalStateException("journal frame version " + version + ", known: " + VERSION);
    }
    while (in.hasRemaining()) {
      byte kind = in.get();
      int length = in.getInt();
      ByteBuffer body = in.slice(in.position(), length);
      in.position(in.position() + length);
      visit(kind, body, visitor);
    }
  }

  private static void visit(byte kind, ByteBuffer body, Visitor visitor) {
    switch (kind) {
      case DEFINITIONS -> visitor.definitions(body);
      case POINTS -> visitPoints(body, visitor);
      case IDEMPOTENCY -> visitor.key(decodeKey(body));
      case DELETE -> visitor.delete(body.getInt(), body.getLong());
      case OPERATION -> visitor.operation(decodeOperation(body));
      default -> throw new IllegalStateException("unknown journal section " + kind);
    }
  }

  private static void visitPoints(ByteBuffer body, Visitor visitor) {
    int n = body.getInt();
    long[] handles = new long[n];
    long[] times = new long[n];
    double[] values = new double[n];
    ByteBuffer columns = body.slice().order(ByteOrder.LITTLE_ENDIAN);
    columns.asLongBuffer().get(handles).get(times);
    Arrays.setAll(handles, i -> Handles.restored(handles[i]));
    columns.position(2 * n * Long.BYTES);
    columns.slice().order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(values);
    visitor.points(handles, times, values);
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.query;

import io.luminate.model.Filter;
import io.luminate.model.SeriesHash;
import io.luminate.model.TimeRange;
import io.luminate.store.RangeCursor;
import io.luminate.store.RangeQuery;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;

/**
 * Where a page ended, as text. Big-endian, then base64url without padding:
 *
 * <pre>
 *   version:u8=1 fingerprint:u64 start:i64 end:i64 timestamp:i64 seriesHigh:u64 seriesLow:u64
 *   value:f64 repeats:i32
 * </pre>
 *
 * The fingerprint is over tenant, metric and filters: a cursor of another query is refused. It
 * guards against mistakes alone; a forged cursor reads nothing that the query could not.
 */
final class CursorCodec {
  private static final byte VERSION = 1;
  private static final int BYTES = 1 + 7 * Long.BYTES + Integer.BYTES;

  /** The range of the first page, and the place to go on from. */
  record Place(TimeRange range, RangeCursor after) {}

  private CursorCodec() {}

  static String encode(RangeQuery query, RangeCursor next) {
    ByteBuffer out = ByteBuffer.allocate(BYTES);
    out.put(VERSION).putLong(fingerprint(query.tenant().value(), query.metricName(), query));
    out.putLong(query.range().startMillis()).putLong(query.range().endMillis());
    out.putLong(next.timestampMillis());
    out.putLong(next.series().high()).putLong(next.series().low());
    out.putDouble(next.value()).putInt(next.repeats());
    return Base64.getUrlEncoder().withoutPadding().encodeToString(out.array());
  }

  /**
   * @param query the query that the cursor came with; its range does not matter
   */
  static Place decode(String text, RangeQuery query) {
    ByteBuffer in;
    try {
      in = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      throw InvalidQuery.field("cursor", "is not one that a reply gave");
    }
    if (in.remaining() != BYTES || in.get() != VERSION) {
      throw InvalidQuery.field("cursor", "is not one that a reply gave");
    }
    if (in.getLong() != fingerprint(query.tenant().value(), query.metricName(), query)) {
      throw InvalidQuery.field("cursor", "belongs to a query of another metric or other filters");
    }
    long startMillis = in.getLong();
    long endMillis = in.getLong();
    long timestampMillis = in.getLong();
    SeriesHash series = new SeriesHash(in.getLong(), in.getLong());
    double value = in.getDouble();
    int repeats = in.getInt();
    if (startMillis > endMillis || repeats < 1) {
      throw InvalidQuery.field("cursor", "is not one that a reply gave");
    }
    return new Place(
        new TimeRange(startMillis, endMillis),
        new RangeCursor(timestampMillis, series, value, repeats));
  }

  private static long fingerprint(String tenant, String metricName, RangeQuery query) {
    StringBuilder text = new StringBuilder(tenant).append('\0').append(metricName);
    query.filters().stream()
        .sorted(Comparator.comparing(Filter::key))
        .forEach(f -> text.append('\0').append(f.key()).append('\1').append(f.values()));
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    return SeriesHash.of(bytes, 0, bytes.length).high();
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.model.Dimensions;
import io.luminate.model.TenantId;
import io.luminate.store.rocksdb.index.MetricIndex;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Series that a frame defines, by their strings, so that the frame can be understood alone.
 *
 * <pre>
 * text tenant | text metric | u32 metricId | u32 series
 * per series: u32 ordinal | u8 pairs | per pair: text key, text value       (text: bytes:u32 utf8)
 * </pre>
 */
record SeriesDefinitions(MetricIndex index, int[] ordinals) {

  /** Definitions as they stand in a frame. */
  record Encoded(SeriesDefinitions definitions, byte[] bytes) {}

  /** In order, cut behind the series with which a part reaches so many bytes. */
  List<Encoded> encode(int bytesMax) {
    List<Encoded> parts = new ArrayList<>();
    int from = 0;
    while (from < ordinals.length) {
      Encoded part = encode(from, bytesMax);
      parts.add(part);
      from += part.definitions().ordinals().length;
    }
    return parts;
  }

  private Encoded encode(int from, int bytesMax) {
    List<byte[]> texts = new ArrayList<>();
    List<Dimensions> all = new ArrayList<>();
    int size = 16 + text(index.tenant().value(), texts) + text(index.name(), texts);
    for (int i = from; i < ordinals.length && (i == from || size < bytesMax); i++) {
      Dimensions dimensions = index.dimensions(ordinals[i]);
      all.add(dimensions);
      size += 5;
      for (int d = 0; d < dimensions.size(); d++) {
        size += 8 + text(dimensions.key(d), texts) + text(dimensions.value(d), texts);
      }
    }
    SeriesDefinitions part =
        new SeriesDefinitions(index, Arrays.copyOfRange(ordinals, from, from + all.size()));
    return new Encoded(part, write(part, size, all, texts));
  }

  private static int text(String text, List<byte[]> texts) {
    byte[] utf8 = Bytes.utf8(text);
    texts.add(utf8);
    return utf8.length;
  }

  private static byte[] write(
      SeriesDefinitions definitions, int size, List<Dimensions> all, List<byte[]> texts) {
    ByteBuffer out = ByteBuffer.allocate(size);
    int next = 0;
    Bytes.putText(out, texts.get(next++));
    Bytes.putText(out, texts.get(next++));
    out.putInt(definitions.index().metricId()).putInt(definitions.ordinals().length);
    for (int i = 0; i < definitions.ordinals().length; i++) {
      int pairs = all.get(i).size();
      out.putInt(definitions.ordinals()[i]).put((byte) pairs);
      for (int t = 0; t < 2 * pairs; t++) {
        Bytes.putText(out, texts.get(next++));
      }
    }
    return out.array();
  }

  static void replay(ByteBuffer in, SeriesRegistry registry) {
    TenantId tenant = new TenantId(Bytes.getText(in));
    String name = Bytes.getText(in);
    int metricId = in.getInt();
    int count = in.getInt();
    MetricIndex index = registry.restore(metricId, tenant, name);
    for (int i = 0; i < count; i++) {
      int ordinal = in.getInt();
      int pairs = Byte.toUnsignedInt(in.get());
      Map<String, String> dimensions = new HashMap<>();
      for (int p = 0; p < pairs; p++) {
        dimensions.put(Bytes.getText(in), Bytes.getText(in));
      }
      index.define(ordinal, Dimensions.of(dimensions));
    }
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.model.Filter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Filters of a delete.
 *
 * <pre>
 * u8 n | n × (text key | u32 m | m × text value)
 * </pre>
 */
final class FilterBytes {
  private FilterBytes() {}

  static int size(List<Filter> filters) {
    int size = 1;
    for (Filter filter : filters) {
      size += 2 * Integer.BYTES + Bytes.utf8(filter.key()).length;
      for (String value : filter.values()) {
        size += Integer.BYTES + Bytes.utf8(value).length;
      }
    }
    return size;
  }

  static void put(ByteBuffer out, List<Filter> filters) {
    out.put((byte) filters.size());
    for (Filter filter : filters) {
      Bytes.putText(out, Bytes.utf8(filter.key()));
      out.putInt(filter.values().size());
      filter.values().forEach(value -> Bytes.putText(out, Bytes.utf8(value)));
    }
  }

  static List<Filter> get(ByteBuffer in) {
    int count = Byte.toUnsignedInt(in.get());
    List<Filter> filters = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String key = Bytes.getText(in);
      int values = in.getInt();
      List<String> all = new ArrayList<>();
      for (int v = 0; v < values; v++) {
        all.add(Bytes.getText(in));
      }
      filters.add(new Filter(key, all));
    }
    return List.copyOf(filters);
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import io.luminate.model.SeriesHash;
import io.luminate.store.clickhouse.client.Statement;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The values of one statement. Each is given for its place in the text, so that no text is ever
 * made of a value.
 */
final class Parameters {
  private record Value(String type, Object value) {}

  private final Map<Value, String> names = new LinkedHashMap<>();

  String text(String value) {
    return place("String", value);
  }

  String texts(List<String> values) {
    return place("Array(String)", List.copyOf(values));
  }

  String int64(long value) {
    return place("Int64", value);
  }

  String series(SeriesHash hash) {
    BigInteger high = new BigInteger(Long.toUnsignedString(hash.high()));
    BigInteger low = new BigInteger(Long.toUnsignedString(hash.low()));
    return place("UInt128", high.shiftLeft(Long.SIZE).or(low));
  }

  private String place(String type, Object value) {
    String name = names.computeIfAbsent(new Value(type, value), v -> "p" + names.size());
    return "{" + name + ":" + type + "}";
  }

  Statement statement(String sql) {
    Map<String, Object> values = new HashMap<>();
    names.forEach((value, name) -> values.put(name, value.value()));
    return Statement.of(sql).withAll(values);
  }
}

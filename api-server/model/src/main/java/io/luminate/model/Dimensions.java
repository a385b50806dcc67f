// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The dimensions of a series: distinct keys in {@link Utf8Order}, each with its value.
 *
 * <p>Their canonical bytes are, for each pair in order, {@code keyBytes:u32 key valueBytes:u32
 * value}, lengths little-endian, text in UTF-8. {@link #hash()} is taken over exactly these bytes.
 */
public final class Dimensions {
  public static final Dimensions EMPTY = new Dimensions(new String[0], new String[0]);

  private final String[] keys;
  private final String[] values;

  private Dimensions(String[] keys, String[] values) {
    this.keys = keys;
    this.values = values;
  }

  public static Dimensions of(Map<String, String> pairs) {
    if (pairs.isEmpty()) {
      return EMPTY;
    }
    String[] keys = new String[pairs.size()];
    String[] values = new String[pairs.size()];
    int size = 0;
    for (Map.Entry<String, String> pair : pairs.entrySet()) {
      insert(pair.getKey(), pair.getValue(), keys, values, size++);
    }
    return new Dimensions(keys, values);
  }

  /** There are few, and clients mostly send them in order already. */
  private static void insert(String key, String value, String[] keys, String[] values, int size) {
    int at = size;
    for (; at > 0 && Utf8Order.compare(keys[at - 1], key) > 0; at--) {
      keys[at] = keys[at - 1];
      values[at] = values[at - 1];
    }
    keys[at] = key;
    values[at] = value;
  }

  /** For tests and examples: {@code of("region", "eu", "tier", "gold")}. */
  public static Dimensions of(String... keysAndValues) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      if (pairs.put(keysAndValues[i], keysAndValues[i + 1]) != null) {
        throw new IllegalArgumentException("duplicate dimension key " + keysAndValues[i]);
      }
    }
    return of(pairs);
  }

  public int size() {
    return keys.length;
  }

  public String key(int index) {
    return keys[index];
  }

  public String value(int index) {
    return values[index];
  }

  public Optional<String> get(String key) {
    int index = Arrays.binarySearch(keys, key, Utf8Order.COMPARATOR);
    return index < 0 ? Optional.empty() : Optional.of(values[index]);
  }

  /** The same, but for the value of a key that they have. */
  public Dimensions with(String key, String value) {
    int index = Arrays.binarySearch(keys, key, Utf8Order.COMPARATOR);
    if (index < 0) {
      throw new IllegalArgumentException("no dimension " + key);
    }
    String[] changed = values.clone();
    changed[index] = value;
    return new Dimensions(keys, changed);
  }

  /** In key order. */
  public Map<String, String> asMap() {
    Map<String, String> map = LinkedHashMap.newLinkedHashMap(keys.length);
    for (int i = 0; i < keys.length; i++) {
      map.put(keys[i], values[i]);
    }
    return Collections.unmodifiableMap(map);
  }

  public SeriesHash hash() {
    byte[] bytes = canonicalBytes();
    return SeriesHash.of(bytes, 0, bytes.length);
  }

  public byte[] canonicalBytes() {
    byte[][] texts = new byte[keys.length * 2][];
    int total = 0;
    for (int i = 0; i < keys.length; i++) {
      texts[2 * i] = keys[i].getBytes(StandardCharsets.UTF_8);
      texts[2 * i + 1] = values[i].getBytes(StandardCharsets.UTF_8);
      total += 8 + texts[2 * i].length + texts[2 * i + 1].length;
    }
    ByteBuffer out = ByteBuffer.allocate(total).order(ByteOrder.LITTLE_ENDIAN);
    for (byte[] text : texts) {
      out.putInt(text.length).put(text);
    }
    return out.array();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Dimensions that
        && Arrays.equals(keys, that.keys)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(keys) + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return asMap().toString();
  }
}

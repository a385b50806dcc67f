// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.ingest;

import io.luminate.model.Dimensions;
import io.luminate.server.ingest.Rejection.Code;
import io.luminate.store.SeriesLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** What a point must be like to be stored; rules of the edge, stores hold more. */
public final class PointRules {
  public static final String NAME_PATTERN = "^[a-zA-Z_][a-zA-Z0-9_]*$";

  /** Names are keys of dictionaries that live in memory. */
  public static final int NAME_LENGTH_MAX = 256;

  /** The tenant comes from the token; sending it could only contradict. */
  public static final String TENANT_KEY = "_tenant_id";

  /** Older days are sealed and merged; newer ones are wrong clocks. Both ends are allowed. */
  public static final Duration PAST_MAX = Duration.ofDays(7);

  public static final Duration FUTURE_MAX = Duration.ofHours(1);

  private final int dimensionsMax;
  private final int keyLengthMax;
  private final int valueLengthMax;

  /** Lengths in Unicode code points. */
  public PointRules(int dimensionsMax, int keyLengthMax, int valueLengthMax) {
    this.dimensionsMax = dimensionsMax;
    this.keyLengthMax = keyLengthMax;
    this.valueLengthMax = valueLengthMax;
  }

  public static PointRules defaults() {
    return new PointRules(20, 128, 256);
  }

  public int dimensionsMax() {
    return dimensionsMax;
  }

  public static boolean timestampAllowed(long timestampMillis, long nowMillis) {
    return timestampMillis >= nowMillis - PAST_MAX.toMillis()
        && timestampMillis <= nowMillis + FUTURE_MAX.toMillis();
  }

  public static Rejection timestampOutside(long timestampMillis, long nowMillis) {
    boolean past = timestampMillis < nowMillis;
    long limitMillis = past ? nowMillis - PAST_MAX.toMillis() : nowMillis + FUTURE_MAX.toMillis();
    String message =
        past
            ? "timestamp too old: at most 7 days before now, got "
            : "timestamp in the future: at most 1 hour after now, got ";
    return new Rejection(
        Code.INVALID_TIMESTAMP,
        message + text(timestampMillis),
        Map.of("timestamp", timestampMillis, past ? "earliest" : "latest", limitMillis));
  }

  private static String text(long timestampMillis) {
    return timestampMillis + " (" + Instant.ofEpochMilli(timestampMillis) + ")";
  }

  public static void checkName(String name) throws RejectionException {
    if (!matchesPattern(name)) {
      throw new RejectionException(
          new Rejection(
              Code.INVALID_METRIC_NAME,
              "metric name must match " + NAME_PATTERN,
              Map.of("metric_name", excerpt(name), "pattern", NAME_PATTERN)));
    }
    if (name.length() > NAME_LENGTH_MAX) {
      throw new RejectionException(
          new Rejection(
              Code.INVALID_METRIC_NAME,
              "metric name has at most " + NAME_LENGTH_MAX + " characters, got " + name.length(),
              Map.of("max_length", NAME_LENGTH_MAX, "length", name.length())));
    }
  }

  public void checkCount(int dimensions) throws RejectionException {
    if (dimensions > dimensionsMax) {
      throw new RejectionException(
          new Rejection(
              Code.DIMENSION_LIMIT_EXCEEDED,
              "a metric has at most " + dimensionsMax + " dimensions, got " + dimensions,
              Map.of("max_dimensions_per_metric", dimensionsMax, "received", dimensions)));
    }
  }

  public void checkKey(String key) throws RejectionException {
    if (key.equals(TENANT_KEY)) {
      throw dimension(key, "is reserved: the tenant comes from the token", Map.of());
    }
    if (!matchesPattern(key)) {
      throw dimension(key, "must match " + NAME_PATTERN, Map.of("pattern", NAME_PATTERN));
    }
    if (key.length() > keyLengthMax) {
      throw dimension(
          key,
          "has " + key.length() + " characters, at most " + keyLengthMax + " are allowed",
          Map.of("max_dimension_key_length", keyLengthMax, "length", key.length()));
    }
  }

  public void checkValue(String key, String value) throws RejectionException {
    int length = value.codePointCount(0, value.length());
    if (length == 0) {
      throw dimension(key, "has an empty value", Map.of());
    }
    if (value.equals(SeriesLimits.OVERFLOW_VALUE)) {
      throw dimension(key, "has the value " + value + ", which is reserved", Map.of());
    }
    if (length > valueLengthMax) {
      throw dimension(
          key,
          "has a value of " + length + " characters, at most " + valueLengthMax + " are allowed",
          Map.of("max_dimension_value_length", valueLengthMax, "length", length));
    }
    if (hasControl(value)) {
      throw dimension(key, "has a control character in its value", Map.of());
    }
    if (hasLoneSurrogate(value)) {
      throw dimension(key, "has a value that is not valid Unicode", Map.of());
    }
  }

  /** A pinned token writes its own data alone. */
  public static void checkPins(Dimensions pins, Map<String, String> dimensions)
      throws RejectionException {
    for (int i = 0; i < pins.size(); i++) {
      if (!pins.value(i).equals(dimensions.get(pins.key(i)))) {
        throw new RejectionException(
            new Rejection(
                Code.FORBIDDEN,
                "the token demands the dimension " + pins.key(i) + "=" + pins.value(i),
                Map.of("dimension", pins.key(i), "required", pins.value(i))));
      }
    }
  }

  public static RejectionException dimension(
      String key, String problem, Map<String, Object> details) {
    Map<String, Object> all = new HashMap<>(details);
    all.put("dimension", excerpt(key));
    return new RejectionException(
        new Rejection(Code.INVALID_DIMENSION, "dimension " + excerpt(key) + " " + problem, all));
  }

  public static boolean matchesPattern(String name) {
    if (name.isEmpty() || isDigit(name.charAt(0))) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
      if (!letter && c != '_' && !isDigit(c)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** A loop: every value of a new series comes here. */
  private static boolean hasControl(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasLoneSurrogate(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return true;
      }
    }
    return false;
  }

  /** Replies do not repeat more of a bad name than a person needs. */
  public static String excerpt(String text) {
    return text.length() <= NAME_LENGTH_MAX ? text : text.substring(0, NAME_LENGTH_MAX) + "…";
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A limit that a tenant may have of its own. It is named, and has the bounds, of the setting that
 * counts for everybody else.
 */
public enum TenantLimit {
  WRITE_REQUESTS(ConfigKeys.RATE_WRITE_REQUESTS),
  QUERY_REQUESTS(ConfigKeys.RATE_QUERY_REQUESTS),
  METRICS(ConfigKeys.RATE_METRICS),
  CONCURRENT_QUERIES(ConfigKeys.CONCURRENT_QUERIES),
  MAX_SERIES(ConfigKeys.MAX_SERIES),
  MAX_METRICS(ConfigKeys.MAX_METRICS),
  OVERFLOW(ConfigKeys.OVERFLOW),
  MAX_QUERY_TIMEOUT(ConfigKeys.MAX_QUERY_TIMEOUT),
  DEFAULT_QUERY_TIMEOUT(ConfigKeys.DEFAULT_QUERY_TIMEOUT),
  MAX_QUERY_TIME_RANGE(ConfigKeys.MAX_QUERY_TIME_RANGE),
  MAX_RESULT_POINTS(ConfigKeys.MAX_RESULT_POINTS),
  MAX_GROUPS(ConfigKeys.MAX_GROUPS);

  private final ConfigKey<?> key;
  private final String section;
  private final String field;
  private final Object fallback;

  TenantLimit(ConfigKey<?> key) {
    this.key = key;
    this.section = camelCase(key.section());
    this.field = camelCase(setting());
    this.fallback = value(key.fallback());
  }

  /** The object it stands in, such as {@code rateLimits}. */
  public String section() {
    return section;
  }

  /** Its name there, such as {@code writeRequestsPerSecond}. */
  public String field() {
    return field;
  }

  /** The setting's name in its section, such as {@code write_requests_per_second}. */
  public String setting() {
    return key.path().substring(key.section().length() + 1);
  }

  /** Whether it is written as {@code 30s}, and counted in milliseconds. */
  public boolean isDuration() {
    return fallback instanceof Duration;
  }

  /** Whether it is written as a number; durations and words are texts. */
  public boolean isNumber() {
    return fallback instanceof Number;
  }

  /** Completes the sentence "expected …". */
  public String allowed() {
    return key.type().allowed();
  }

  /**
   * The value of a text: of durations in milliseconds, of words their place among those allowed.
   *
   * @throws IllegalArgumentException when it is not allowed
   */
  public long read(String text) {
    return switch (value(text)) {
      case Duration length -> length.toMillis();
      case Number number -> number.longValue();
      case Enum<?> word -> word.ordinal();
      case Object other -> throw new IllegalStateException(key.path() + " is " + other);
    };
  }

  /** A value as it is written. */
  public String text(long value) {
    return switch (fallback) {
      case Duration _ -> Units.text(Duration.ofMillis(value));
      case Enum<?> word ->
          ValueTypes.spelled(word.getDeclaringClass().getEnumConstants()[Math.toIntExact(value)]);
      default -> Long.toString(value);
    };
  }

  /** The limit of such a name in such a section. */
  public static Optional<TenantLimit> of(String section, String field) {
    return Stream.of(values())
        .filter(limit -> limit.section.equals(section) && limit.field.equals(field))
        .findFirst();
  }

  private Object value(String text) {
    return key.type().reader().read(List.of(text));
  }

  private static String camelCase(String snakeCase) {
    StringBuilder camel = new StringBuilder();
    for (String word : snakeCase.split("_")) {
      camel.append(
          camel.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    return camel.toString();
  }
}

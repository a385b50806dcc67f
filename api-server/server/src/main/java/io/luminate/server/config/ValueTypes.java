// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import io.luminate.model.RetentionPolicy;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The kinds of settings there are. */
final class ValueTypes {
  /** Names of hosts: letters, digits, hyphens and dots (RFC 1123). */
  private static final Pattern HOST_NAME =
      Pattern.compile("(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9-]+)*");

  private static final Pattern CLICKHOUSE_ADDRESS =
      Pattern.compile("(https?://)?(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+)(:\\d{1,5})?(/[!-~]*)?");

  private static final Pattern ADDRESS_START = Pattern.compile("[0-9.]+");
  private static final Pattern HTTP_PATH = Pattern.compile("/[A-Za-z0-9._/-]{1,200}");
  private static final Pattern DIMENSION_KEY = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]{0,127}");
  static final Pattern METRIC_PATTERN = Pattern.compile("[a-zA-Z0-9_*]{1,256}");

  private static final int RETENTION_POLICIES_MAX = RetentionConfig.POLICIES_MAX;

  /** Keys beyond this would be looked up for every new series in vain. */
  private static final int ENTITY_KEYS_MAX = 16;

  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,63}");

  private static final int ADDRESSES_MAX = 256;

  private ValueTypes() {}

  static ValueType<Boolean> bool() {
    return ValueType.single(
        "true or false",
        text ->
            switch (text.toLowerCase(Locale.ROOT)) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new IllegalArgumentException("");
            });
  }

  /** {@code gzip} is how the contract writes {@code true} in one place. */
  static ValueType<Boolean> compression() {
    return ValueType.single(
        "true or false", text -> text.equals("gzip") || bool().reader().read(List.of(text)));
  }

  static ValueType<Integer> integer(int min, int max) {
    return ValueType.single(range(min, max), text -> (int) parse(text, min, max));
  }

  static ValueType<Long> longInteger(long min, long max) {
    return ValueType.single(range(min, max), text -> parse(text, min, max));
  }

  static ValueType<Integer> port() {
    return ValueType.single(
        range(0, 65_535),
        text -> {
          if (text.startsWith("tcp://")) {
            throw new IllegalArgumentException(
                "Kubernetes sets such a variable for a Service of that name:"
                    + " set enableServiceLinks: false in the pod");
          }
          return (int) parse(text, 0, 65_535);
        });
  }

  static ValueType<Duration> duration(Duration min, Duration max) {
    return ValueType.single(
        "a duration from " + Units.text(min) + " to " + Units.text(max) + ", such as 30s, 1h or 7d",
        text -> {
          Duration duration = Units.duration(text);
          demand(duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0);
          return duration;
        });
  }

  static ValueType<Integer> bytes(int min, int max) {
    ValueType<Long> size = longBytes(min, max);
    return new ValueType<>(
        size.allowed(), size.list(), texts -> Math.toIntExact(size.reader().read(texts)));
  }

  static ValueType<Long> longBytes(long min, long max) {
    return ValueType.single(
        "a size from " + min + " to " + max + " bytes, such as 10485760 or 10MiB",
        text -> {
          long bytes = Units.bytes(text);
          demand(bytes >= min && bytes <= max);
          return bytes;
        });
  }

  static <E extends Enum<E>> ValueType<E> oneOf(Class<E> type, Map<String, String> hints) {
    String allowed =
        Arrays.stream(type.getEnumConstants())
            .map(ValueTypes::spelled)
            .collect(Collectors.joining(" or "));
    return ValueType.single(
        allowed,
        text ->
            Arrays.stream(type.getEnumConstants())
                .filter(constant -> spelled(constant).equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(hints.getOrDefault(text, ""))));
  }

  static ValueType<String> host() {
    return ValueType.single(
        "an IP address or a host name without port",
        text -> {
          demand(isAddress(text) || isHostName(text));
          return text;
        });
  }

  /** Empty or a host: an empty one means that another setting decides. */
  static ValueType<String> optionalHost() {
    return ValueType.single(
        "an IP address or a host name without port, or nothing",
        text -> text.isEmpty() ? text : host().reader().read(List.of(text)));
  }

  static ValueType<Path> path() {
    return ValueType.single(
        "a path",
        text -> {
          demand(!text.isBlank());
          return Path.of(text);
        });
  }

  static ValueType<String> optionalPath() {
    return ValueType.single("a path or nothing", text -> Path.of(text).toString());
  }

  static ValueType<String> text() {
    return ValueType.single("a text", text -> text);
  }

  static ValueType<Secret> secret() {
    return ValueType.single("a secret", Secret::new);
  }

  /** Nothing, or long enough to be worth signing with. */
  static ValueType<Optional<Secret>> signingSecret() {
    int bytesMin = KeySource.HmacSecret.SECRET_BYTES_MIN;
    return ValueType.single(
        "a secret of at least " + bytesMin + " bytes",
        text -> {
          int bytes = text.getBytes(StandardCharsets.UTF_8).length;
          if (bytes > 0 && bytes < bytesMin) {
            throw new IllegalArgumentException("it has " + bytes + " bytes");
          }
          return bytes == 0 ? Optional.empty() : Optional.of(new Secret(text));
        });
  }

  static ValueType<Optional<URI>> optionalHttpUrl() {
    return ValueType.single(
        "an http or https URL without user name and fragment",
        text -> {
          if (text.isEmpty()) {
            return Optional.empty();
          }
          URI url = URI.create(text);
          String scheme = Optional.ofNullable(url.getScheme()).orElse("");
          demand(scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https"));
          demand(url.getHost() != null && url.getUserInfo() == null && url.getFragment() == null);
          return Optional.of(url);
        });
  }

  static ValueType<String> httpPath() {
    return ValueType.single(
        "a path such as /metrics, outside /api and other than /live and /ready",
        text -> {
          demand(HTTP_PATH.matcher(text).matches() && !text.startsWith("/api/"));
          demand(!Set.of("/api", "/live", "/ready").contains(text));
          return text;
        });
  }

  static ValueType<List<String>> addresses() {
    return addresses(1);
  }

  static ValueType<List<String>> optionalAddresses() {
    return addresses(0);
  }

  private static ValueType<List<String>> addresses(int min) {
    return ValueType.listOf(
        "a list of "
            + min
            + " to "
            + ADDRESSES_MAX
            + " addresses, each host:8123 or an http(s) URL without a user's name",
        texts -> {
          demand(texts.size() >= min && texts.size() <= ADDRESSES_MAX);
          demand(texts.stream().allMatch(text -> CLICKHOUSE_ADDRESS.matcher(text).matches()));
          return List.copyOf(texts);
        });
  }

  /** A name in ClickHouse, where it stands in statements. */
  static ValueType<String> identifier() {
    return ValueType.single(
        "a name of at most 64 letters, digits, _ and -, not beginning with a digit or -",
        text -> {
          demand(IDENTIFIER.matcher(text).matches());
          return text;
        });
  }

  static ValueType<Optional<String>> optionalIdentifier() {
    return ValueType.single(
        identifier().allowed() + ", or nothing",
        text ->
            text.isEmpty()
                ? Optional.empty()
                : Optional.of(identifier().reader().read(List.of(text))));
  }

  static ValueType<List<String>> dimensionKeys() {
    return ValueType.listOf(
        "a list of at most " + ENTITY_KEYS_MAX + " different dimension keys",
        texts -> {
          demand(texts.size() <= ENTITY_KEYS_MAX && new HashSet<>(texts).size() == texts.size());
          demand(texts.stream().allMatch(key -> DIMENSION_KEY.matcher(key).matches()));
          return List.copyOf(texts);
        });
  }

  /** Each text is {@code pattern=retention}. */
  static ValueType<List<RetentionPolicy>> retentionPolicies(Duration min, Duration max) {
    return ValueType.listOf(
        "at most %d different patterns (letters, digits, _ and *), each with a retention from %s to %s"
            .formatted(RETENTION_POLICIES_MAX, Units.text(min), Units.text(max)),
        texts -> {
          demand(texts.size() <= RETENTION_POLICIES_MAX);
          List<RetentionPolicy> policies = new ArrayList<>();
          for (String text : texts) {
            policies.add(policy(text, duration(min, max)));
          }
          demand(
              policies.stream().map(RetentionPolicy::metricPattern).distinct().count()
                  == policies.size());
          return List.copyOf(policies);
        });
  }

  private static RetentionPolicy policy(String text, ValueType<Duration> retention) {
    int equals = text.indexOf('=');
    demand(equals > 0);
    String pattern = text.substring(0, equals);
    demand(METRIC_PATTERN.matcher(pattern).matches());
    Duration duration = retention.reader().read(List.of(text.substring(equals + 1)));
    return new RetentionPolicy(pattern, Optional.empty(), pattern, duration);
  }

  static String spelled(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** Whether the text is an IP address: no name is ever looked up. */
  static boolean isAddress(String text) {
    try {
      InetAddress.ofLiteral(text);
      return true;
    } catch (IllegalArgumentException notAnAddress) {
      return false;
    }
  }

  private static boolean isHostName(String text) {
    return HOST_NAME.matcher(text).matches() && !ADDRESS_START.matcher(text).matches();
  }

  private static String range(long min, long max) {
    return "a whole number from " + min + " to " + max;
  }

  private static long parse(String text, long min, long max) {
    demand(text.matches("-?[0-9]{1,18}"));
    long number = Long.parseLong(text);
    demand(number >= min && number <= max);
    return number;
  }

  private static void demand(boolean allowed) {
    if (!allowed) {
      throw new IllegalArgumentException("");
    }
  }
}

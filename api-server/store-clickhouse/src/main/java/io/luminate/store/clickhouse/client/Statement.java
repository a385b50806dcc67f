// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One statement. Values come as parameters, {@code {name:Type}} in the text, and are never
 * concatenated into it.
 *
 * @param settings of ClickHouse, for this statement
 * @param queryId by which it is known to the server, empty for one made up
 * @param timeout until its whole answer has been read; {@link #UNTIL_INTERRUPTED} if somebody else
 *     sees to it
 * @param repeatable whether it changes nothing, so that another server may be asked when one gives
 *     no answer, or the only one once more
 */
public record Statement(
    String sql,
    Map<String, Object> parameters,
    Map<String, String> settings,
    String queryId,
    Duration timeout,
    boolean repeatable) {
  /** No timeout of its own: each read that has one keeps a timer for itself. */
  public static final Duration UNTIL_INTERRUPTED = Duration.ZERO;

  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final Duration TIMEOUT_DEFAULT = Duration.ofSeconds(30);

  public Statement {
    parameters = Map.copyOf(parameters);
    settings = Map.copyOf(settings);
  }

  public static Statement of(String sql) {
    return new Statement(sql, Map.of(), Map.of(), "", TIMEOUT_DEFAULT, false);
  }

  /** A number, a text, or a collection of texts for an {@code Array(String)}. */
  public Statement with(String parameter, Object value) {
    Map<String, Object> more = new HashMap<>(parameters);
    more.put(parameter, written(value));
    return new Statement(sql, more, settings, queryId, timeout, repeatable);
  }

  /** A parameter travels as a field of a tab-separated line, in whose escaping it is read. */
  private static Object written(Object value) {
    return switch (value) {
      case Collection<?> texts ->
          texts.stream()
              .map(text -> "'" + escaped(String.valueOf(text)) + "'")
              .collect(Collectors.joining(",", "[", "]"));
      case String text -> escaped(text);
      default -> value;
    };
  }

  /**
   * In ASCII, every other byte as {@code \xHH}: the form that carries long parameters has no other
   * characters.
   */
  private static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (b == '\\' || b == '\'') {
        out.append('\\').append((char) b);
      } else if (b >= ' ' && b < 0x7F) {
        out.append((char) b);
      } else {
        out.append("\\x");
        HEX.toHexDigits(out, b);
      }
    }
    return out.toString();
  }

  public Statement withSetting(String name, String value) {
    Map<String, String> more = new HashMap<>(settings);
    more.put(name, value);
    return new Statement(sql, parameters, more, queryId, timeout, repeatable);
  }

  /** At once, of many. */
  public Statement withSettings(Map<String, String> others) {
    Map<String, String> more = new HashMap<>(settings);
    more.putAll(others);
    return new Statement(sql, parameters, more, queryId, timeout, repeatable);
  }

  /** As {@link #with}, of many. */
  public Statement withAll(Map<String, Object> values) {
    Map<String, Object> more = new HashMap<>(parameters);
    values.forEach((parameter, value) -> more.put(parameter, written(value)));
    return new Statement(sql, more, settings, queryId, timeout, repeatable);
  }

  /** As {@link #with}, of parameters that are named by their places: {@code prefix0} and so on. */
  public Statement withEach(String prefix, List<?> values) {
    Map<String, Object> numbered = new HashMap<>();
    for (int i = 0; i < values.size(); i++) {
      numbered.put(prefix + i, values.get(i));
    }
    return withAll(numbered);
  }

  int parameterCharacters() {
    int characters = 0;
    for (Object value : parameters.values()) {
      characters += String.valueOf(value).length();
    }
    return characters;
  }

  public Statement withQueryId(String value) {
    return new Statement(sql, parameters, settings, value, timeout, repeatable);
  }

  public Statement within(Duration value) {
    return new Statement(sql, parameters, settings, queryId, value, repeatable);
  }

  /**
   * The same for the rest of its time, under another id, as the server may still be busy with the
   * first.
   *
   * @return empty if no time is left
   */
  Optional<Statement> again(Duration elapsed) {
    Duration left = timeout.minus(elapsed);
    Statement again = withQueryId(queryId.isEmpty() ? "" : queryId + "/again");
    if (timeout.equals(UNTIL_INTERRUPTED)) {
      return Optional.of(again);
    }
    return left.isPositive() ? Optional.of(again.within(left)) : Optional.empty();
  }

  /**
   * Another one, to be run before this one on its behalf.
   *
   * @param name that tells its id from this one's
   */
  public Statement preceding(String name, String otherSql) {
    String otherId = queryId.isEmpty() ? "" : queryId + "/" + name;
    return new Statement(otherSql, Map.of(), settings, otherId, timeout, repeatable);
  }

  public Statement asRepeatable() {
    return new Statement(sql, parameters, settings, queryId, timeout, true);
  }
}

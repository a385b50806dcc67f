// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The value of every setting. A setting that cannot be read is a problem and has its default here,
 * so that everything else is still checked; {@link #sound} says which ones those are.
 */
final class Settings {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");
  private static final Pattern USER_INFO = Pattern.compile("//[^/@]*@");
  private static final String DEFAULT_ORIGIN = "default";

  private final Map<String, RawValue> raw;
  private final Map<String, String> environment;
  private final List<ConfigProblem> problems;
  private final Map<ConfigKey<?>, Object> values = new HashMap<>();
  private final Map<ConfigKey<?>, String> shown = new HashMap<>();
  private final Set<ConfigKey<?>> unsound = new HashSet<>();
  private final Set<String> referenced = new HashSet<>();

  Settings(
      Map<String, RawValue> raw, Map<String, String> environment, List<ConfigProblem> problems) {
    this.raw = raw;
    this.environment = environment;
    this.problems = problems;
    resolve(ConfigKeys.STORAGE_BACKEND);
    // Another's default goes by it.
    resolve(ConfigKeys.CLICKHOUSE_ACK);
    ConfigKeys.ALL.forEach(this::resolve);
  }

  @SuppressWarnings("unchecked") // resolve stores what the key's own type read
  <T> T get(ConfigKey<T> key) {
    return (T) Objects.requireNonNull(values.get(key), key.path());
  }

  String origin(ConfigKey<?> key) {
    RawValue value = raw.get(key.path());
    return value == null ? DEFAULT_ORIGIN : value.origin();
  }

  /** Whether it was set at all. */
  boolean given(ConfigKey<?> key) {
    return raw.containsKey(key.path());
  }

  /** Whether all of them could be read, so that a rule about them makes sense. */
  boolean sound(List<ConfigKey<?>> keys) {
    return keys.stream().noneMatch(unsound::contains);
  }

  /** The names of the variables that the file refers to. */
  Set<String> referenced() {
    return referenced;
  }

  List<String> shown() {
    return ConfigKeys.ALL.stream()
        .map(key -> "%s = %s  (%s)".formatted(key.path(), shown.get(key), origin(key)))
        .toList();
  }

  private <T> void resolve(ConfigKey<T> key) {
    if (values.containsKey(key)) {
      return;
    }
    RawValue given = written(key);
    Optional<List<String>> texts = expand(key, given);
    if (texts.isPresent() && read(key, given.origin(), texts.get())) {
      return;
    }
    RawValue fallback = fallback(key);
    values.put(key, key.type().reader().read(fallback.texts()));
    shown.put(key, show(key, fallback.texts()));
  }

  private RawValue written(ConfigKey<?> key) {
    RawValue value = raw.get(key.path());
    return value == null ? fallback(key) : value;
  }

  private RawValue fallback(ConfigKey<?> key) {
    boolean ofABuffer =
        key.equals(ConfigKeys.FLUSH_INTERVAL)
            && get(ConfigKeys.CLICKHOUSE_ACK) == ClickHouseConfig.Acknowledge.BUFFERED;
    String text = ofABuffer ? ConfigKeys.BUFFER_FLUSH_INTERVAL : key.fallback();
    return RawValue.literal(DEFAULT_ORIGIN, text, key.type().list());
  }

  private <T> boolean read(ConfigKey<T> key, String origin, List<String> texts) {
    try {
      values.put(key, key.type().reader().read(texts));
      shown.put(key, show(key, texts));
      return true;
    } catch (IllegalArgumentException refused) {
      String message = refusal(key, texts, Optional.ofNullable(refused.getMessage()).orElse(""));
      problem(key, origin, message);
      return false;
    }
  }

  /** A hint may repeat the text, as URI's do; it is left out where the text must not be shown. */
  private static String refusal(ConfigKey<?> key, List<String> texts, String hint) {
    boolean plain = !key.hidden() && show(key, texts).equals(String.join(",", texts));
    String got = key.hidden() ? "" : "got \"" + show(key, texts) + "\", ";
    boolean usable = !hint.isEmpty() && (plain || !texts.stream().anyMatch(hint::contains));
    return got + "expected " + key.type().allowed() + (usable ? "; " + hint : "");
  }

  private static String show(ConfigKey<?> key, List<String> texts) {
    String joined = String.join(",", texts);
    if (key.hidden()) {
      return joined.isEmpty() ? "" : "***";
    }
    return USER_INFO.matcher(joined).replaceAll("//***@");
  }

  /** Empty when a reference cannot be resolved; that is a problem unless the key plays no part. */
  private Optional<List<String>> expand(ConfigKey<?> key, RawValue value) {
    if (!value.expandable()) {
      return Optional.of(value.texts());
    }
    List<String> expanded = new ArrayList<>();
    for (String text : value.texts()) {
      Optional<String> whole = expand(key, value.origin(), text);
      if (whole.isEmpty()) {
        return Optional.empty();
      }
      if (key.type().list() && !whole.get().equals(text)) {
        RawValue.elements(whole.get()).forEach(expanded::add);
      } else {
        expanded.add(whole.get());
      }
    }
    return Optional.of(expanded);
  }

  private Optional<String> expand(ConfigKey<?> key, String origin, String text) {
    Matcher reference = REFERENCE.matcher(text);
    StringBuilder expanded = new StringBuilder();
    while (reference.find()) {
      String name = reference.group(1);
      referenced.add(name);
      String replacement = environment.get(name);
      if (replacement == null) {
        unresolved(key, origin, "refers to ${" + name + "}, which the environment does not have");
        return Optional.empty();
      }
      reference.appendReplacement(expanded, Matcher.quoteReplacement(replacement));
    }
    if (REFERENCE.matcher(text).replaceAll("").contains("${")) {
      unresolved(key, origin, "has a malformed reference; expected ${NAME}");
      return Optional.empty();
    }
    return Optional.of(reference.appendTail(expanded).toString());
  }

  private void unresolved(ConfigKey<?> key, String origin, String message) {
    if (!ofTheOtherStore(key)) {
      problem(key, origin, message);
    }
  }

  /** A file may describe both stores; the one that is not used needs no variables. */
  private boolean ofTheOtherStore(ConfigKey<?> key) {
    String chosen = "storage." + ValueTypes.spelled(chosenBackend());
    return key.section().startsWith("storage.") && !key.section().equals(chosen);
  }

  private StorageConfig.Backend chosenBackend() {
    return values.get(ConfigKeys.STORAGE_BACKEND) instanceof StorageConfig.Backend backend
        ? backend
        : StorageConfig.Backend.ROCKSDB;
  }

  private void problem(ConfigKey<?> key, String origin, String message) {
    unsound.add(key);
    problems.add(new ConfigProblem(origin, key.path(), message));
  }
}

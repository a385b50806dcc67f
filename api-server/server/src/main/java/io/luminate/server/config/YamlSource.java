// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * The settings in a YAML file. Reads the document's nodes, not objects made of them: so a problem
 * knows its line, and {@code 1h} or {@code off} stay the text that was written.
 */
final class YamlSource {
  /** Protects the start from being pointed at something that is no configuration. */
  private static final int FILE_BYTES_MAX = 1 << 20;

  private static final Map<String, String> LEGACY_HINTS =
      Map.of(
          "storage.badger",
          "the embedded store is called rocksdb:"
              + " write storage.rocksdb.data_dir (value_log_max_entries has no counterpart)");

  private static final String POLICIES = ConfigKeys.RETENTION_POLICIES.path();

  private final Map<String, ConfigKey<?>> keys =
      ConfigKeys.ALL.stream().collect(Collectors.toMap(ConfigKey::path, Function.identity()));
  private final Map<String, RawValue> values = new HashMap<>();
  private final List<ConfigProblem> problems;
  private final Path file;

  private YamlSource(Path file, List<ConfigProblem> problems) {
    this.file = file;
    this.problems = problems;
  }

  /**
   * The settings by path; what is wrong is added to the problems.
   *
   * @throws ConfigException of a file that is no YAML at all, so that nobody knows what it sets
   */
  static Map<String, RawValue> read(Path file, List<ConfigProblem> problems)
      throws ConfigException {
    YamlSource source = new YamlSource(file, problems);
    source.parse(source.text());
    return source.values;
  }

  private String text() throws ConfigException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(FILE_BYTES_MAX + 1);
      if (bytes.length > FILE_BYTES_MAX) {
        throw unusable(file.toString(), "larger than " + FILE_BYTES_MAX + " bytes");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (NoSuchFileException missing) {
      throw unusable(file.toString(), "there is no such file");
    } catch (CharacterCodingException notText) {
      throw unusable(file.toString(), "not valid UTF-8");
    } catch (IOException unreadable) {
      throw unusable(file.toString(), "cannot be read: " + unreadable.getMessage());
    }
  }

  private static ConfigException unusable(String origin, String message) {
    return new ConfigException(List.of(new ConfigProblem(origin, "", message)));
  }

  private void parse(String text) throws ConfigException {
    try {
      LoadSettings settings = LoadSettings.builder().setLabel(file.toString()).build();
      new Compose(settings).composeString(text).ifPresent(root -> section("", root));
    } catch (MarkedYamlEngineException malformed) {
      String origin = malformed.getProblemMark().map(this::origin).orElse(file.toString());
      throw unusable(origin, "not valid YAML: " + malformed.getProblem());
    } catch (YamlEngineException malformed) {
      throw unusable(file.toString(), "not valid YAML: " + malformed.getMessage());
    }
  }

  private void section(String path, Node node) {
    if (isNull(node)) {
      return;
    }
    if (!(node instanceof MappingNode mapping)) {
      problem(origin(node), path, "expected a section with " + allowedIn(path));
      return;
    }
    Set<String> seen = new HashSet<>();
    for (NodeTuple entry : mapping.getValue()) {
      String name = entry.getKeyNode() instanceof ScalarNode key ? key.getValue() : "?";
      String child = path.isEmpty() ? name : path + "." + name;
      if (seen.add(name)) {
        child(child, entry);
      } else {
        problem(origin(entry.getKeyNode()), child, "stands here twice");
      }
    }
  }

  private void child(String path, NodeTuple entry) {
    ConfigKey<?> key = keys.get(path);
    if (key != null) {
      setting(key, entry.getValueNode());
    } else if (isSection(path)) {
      section(path, entry.getValueNode());
    } else {
      String hint = LEGACY_HINTS.getOrDefault(path, "allowed here: " + allowedIn(parent(path)));
      problem(origin(entry.getKeyNode()), path, "unknown key; " + hint);
    }
  }

  private void setting(ConfigKey<?> key, Node node) {
    if (node instanceof ScalarNode scalar && !isNull(node)) {
      String text = scalar.getValue();
      List<String> texts = key.type().list() ? RawValue.elements(text).toList() : List.of(text);
      values.put(key.path(), new RawValue(origin(node), texts, true));
    } else if (node instanceof SequenceNode sequence && key.type().list()) {
      elements(key, sequence)
          .ifPresent(texts -> values.put(key.path(), new RawValue(origin(node), texts, true)));
    } else {
      String got = isNull(node) ? "no value" : "a section or list";
      problem(origin(node), key.path(), "got " + got + ", expected " + key.type().allowed());
    }
  }

  private Optional<List<String>> elements(ConfigKey<?> key, SequenceNode sequence) {
    List<String> texts = new ArrayList<>();
    for (Node element : sequence.getValue()) {
      Optional<String> text = key.path().equals(POLICIES) ? policy(element) : scalar(element);
      if (text.isEmpty()) {
        problem(origin(element), key.path(), "expected " + key.type().allowed());
        return Optional.empty();
      }
      texts.add(text.get());
    }
    return Optional.of(texts);
  }

  private static Optional<String> scalar(Node node) {
    return node instanceof ScalarNode scalar && !isNull(node)
        ? Optional.of(scalar.getValue())
        : Optional.empty();
  }

  /** {@code {metric_pattern: P, retention: R}} as {@code P=R}, the form it has in a variable. */
  private static Optional<String> policy(Node node) {
    if (!(node instanceof MappingNode mapping)) {
      return Optional.empty();
    }
    Map<String, String> fields = new HashMap<>();
    for (NodeTuple field : mapping.getValue()) {
      scalar(field.getKeyNode())
          .ifPresent(
              name -> scalar(field.getValueNode()).ifPresent(text -> fields.put(name, text)));
    }
    boolean complete =
        fields.keySet().equals(Set.of("metric_pattern", "retention"))
            && mapping.getValue().size() == 2;
    return complete
        ? Optional.of(fields.get("metric_pattern") + "=" + fields.get("retention"))
        : Optional.empty();
  }

  private boolean isSection(String path) {
    return keys.keySet().stream().anyMatch(key -> key.startsWith(path + "."));
  }

  private String allowedIn(String section) {
    String prefix = section.isEmpty() ? "" : section + ".";
    Set<String> names = new TreeSet<>();
    for (String path : keys.keySet()) {
      if (path.startsWith(prefix)) {
        names.add(path.substring(prefix.length()).split("\\.")[0]);
      }
    }
    return String.join(", ", names);
  }

  private static String parent(String path) {
    int dot = path.lastIndexOf('.');
    return dot < 0 ? "" : path.substring(0, dot);
  }

  private static boolean isNull(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  private String origin(Node node) {
    return node.getStartMark().map(this::origin).orElse(file.toString());
  }

  private String origin(Mark mark) {
    return file + ":" + (mark.getLine() + 1);
  }

  private void problem(String origin, String path, String message) {
    problems.add(new ConfigProblem(origin, path, message));
  }
}

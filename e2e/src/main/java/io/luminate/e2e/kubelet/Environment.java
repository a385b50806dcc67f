// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A container's variables. Later ones win: those of the image, of the services, of {@code envFrom},
 * of {@code env}.
 */
final class Environment {
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /** {@code $(NAME)} is replaced, {@code $$} is a dollar. */
  private static final Pattern REFERENCE = Pattern.compile("\\$\\$|\\$\\(([^()]+)\\)");

  private final PodSite site;
  private final ConfigObjects objects;

  Environment(PodSite site) {
    this.site = site;
    this.objects = new ConfigObjects(site);
  }

  Map<String, String> of(Container container, Image image) throws NotYetException {
    Map<String, String> all = new HashMap<>();
    all.put("PATH", PATH);
    all.put("HOME", "/");
    all.put("HOSTNAME", site.name());
    all.putAll(image.environment().apply(site.address()));
    all.putAll(new ServiceVariables(site).all());
    for (EnvFromSource source : container.getEnvFrom()) {
      addAll(all, source);
    }
    for (EnvVar variable : container.getEnv()) {
      String value = value(variable, container, all);
      if (value != null) {
        all.put(variable.getName(), value);
      }
    }
    return all;
  }

  private void addAll(Map<String, String> all, EnvFromSource source) throws NotYetException {
    String prefix = Objects.requireNonNullElse(source.getPrefix(), "");
    Map<String, byte[]> data = Map.of();
    if (source.getConfigMapRef() != null) {
      var reference = source.getConfigMapRef();
      data =
          objects
              .configMap(reference.getName(), Boolean.TRUE.equals(reference.getOptional()))
              .map(ConfigObjects::bytes)
              .orElse(data);
    }
    if (source.getSecretRef() != null) {
      var reference = source.getSecretRef();
      data =
          objects
              .secret(reference.getName(), Boolean.TRUE.equals(reference.getOptional()))
              .map(ConfigObjects::bytes)
              .orElse(data);
    }
    data.forEach((key, bytes) -> all.put(prefix + key, text(bytes)));
  }

  private @Nullable String value(EnvVar variable, Container container, Map<String, String> before)
      throws NotYetException {
    EnvVarSource source = variable.getValueFrom();
    if (source == null) {
      return expand(Objects.requireNonNullElse(variable.getValue(), ""), before);
    }
    if (source.getFieldRef() != null) {
      return Fields.field(source.getFieldRef(), site);
    }
    if (source.getResourceFieldRef() != null) {
      return Fields.resource(source.getResourceFieldRef(), container);
    }
    if (source.getConfigMapKeyRef() != null) {
      var key = source.getConfigMapKeyRef();
      boolean optional = Boolean.TRUE.equals(key.getOptional());
      return key(
          objects.configMap(key.getName(), optional).map(ConfigObjects::bytes).orElse(Map.of()),
          key.getKey(),
          optional);
    }
    var key = source.getSecretKeyRef();
    boolean optional = Boolean.TRUE.equals(key.getOptional());
    return key(
        objects.secret(key.getName(), optional).map(ConfigObjects::bytes).orElse(Map.of()),
        key.getKey(),
        optional);
  }

  private static @Nullable String key(Map<String, byte[]> data, String key, boolean optional)
      throws NotYetException {
    byte[] bytes = data.get(key);
    if (bytes == null && !optional) {
      throw new NotYetException("couldn't find key " + key);
    }
    return bytes == null ? null : text(bytes);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** What runs: the image's command, the parts replaced that the container replaces. */
  static List<String> command(Container container, Image image, Map<String, String> environment) {
    Function<List<String>, List<String>> expanded =
        words -> words.stream().map(word -> expand(word, environment)).toList();
    List<String> own = container.getCommand();
    List<String> first = own.isEmpty() ? image.entrypoint() : expanded.apply(own);
    List<String> args = container.getArgs();
    // An image's arguments belong to its own entry point.
    List<String> ofImage = own.isEmpty() ? image.arguments() : List.of();
    List<String> rest = args.isEmpty() ? ofImage : expanded.apply(args);
    return Stream.concat(first.stream(), rest.stream()).toList();
  }

  static String expand(String text, Map<String, String> variables) {
    return REFERENCE
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(replacement(found.group(), variables)));
  }

  private static String replacement(String reference, Map<String, String> variables) {
    return reference.equals("$$")
        ? "$"
        : variables.getOrDefault(reference.substring(2, reference.length() - 1), reference);
  }
}

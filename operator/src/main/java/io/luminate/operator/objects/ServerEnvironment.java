// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.luminate.crd.CredentialsRef;
import io.luminate.crd.LuminateClusterSpec;
import io.luminate.crd.SecretKeyRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A server's environment. A person may set whatever the operator does not: what a field of the
 * resource says, and what the pod is built on, counts all the same, and a variable that says
 * otherwise is left out.
 */
final class ServerEnvironment {
  /** Of the server's start script, which no field is about, so that a person may set it. */
  static final String HEAP = "LUMINATE_HEAP";

  private final Map<String, EnvVar> ours = new LinkedHashMap<>();
  private final Map<String, EnvVar> theirs = new LinkedHashMap<>();
  private final Set<String> reserved;

  private ServerEnvironment(LuminateClusterSpec spec, ServerConfigFile config) {
    reserved = new TreeSet<>(config.variables());
    // The file says it too; the start script chooses the heap and its shape by it.
    put("storage.backend", spec.backend().name().toLowerCase(Locale.ROOT));
    if (spec.auth().hmacSecretRef() != null) {
      put("auth.jwt_secret", spec.auth().hmacSecretRef());
    }
    if (spec.clickhouse() != null && spec.clickhouse().credentialsSecretRef() != null) {
      credentials(spec.clickhouse().credentialsSecretRef());
    }
    // The last of a name counts, as in Kubernetes.
    spec.pod().env().forEach(variable -> theirs.put(variable.getName(), variable));
    theirs.keySet().removeAll(reserved);
    if (!theirs.containsKey(HEAP)) {
      ServerResources.heap(spec).ifPresent(heap -> ours.put(HEAP, variable(HEAP, heap)));
    }
  }

  static ServerEnvironment of(LuminateClusterSpec spec, ServerConfigFile config) {
    return new ServerEnvironment(spec, config);
  }

  /** Ours first, so that theirs may refer to them. */
  List<EnvVar> variables() {
    List<EnvVar> all = new ArrayList<>(ours.values());
    all.addAll(theirs.values());
    return all;
  }

  /** A person's variables that are not left out. */
  List<EnvVar> theirs() {
    return List.copyOf(theirs.values());
  }

  /** Names of a person's variables that are left out. */
  static List<String> ignored(LuminateClusterSpec spec, ServerConfigFile config) {
    Set<String> reserved = of(spec, config).reserved;
    return spec.pod().env().stream()
        .map(EnvVar::getName)
        .filter(reserved::contains)
        .distinct()
        .toList();
  }

  private void credentials(CredentialsRef ref) {
    put("storage.clickhouse.username", new SecretKeyRef(ref.name(), ref.usernameKey()));
    put("storage.clickhouse.password", new SecretKeyRef(ref.name(), ref.passwordKey()));
  }

  private void put(String path, String value) {
    String name = name(path);
    ours.put(name, variable(name, value));
  }

  private void put(String path, SecretKeyRef ref) {
    String name = name(path);
    ours.put(
        name,
        new EnvVarBuilder()
            .withName(name)
            .withNewValueFrom()
            .withNewSecretKeyRef()
            .withName(ref.name())
            .withKey(ref.key())
            .endSecretKeyRef()
            .endValueFrom()
            .build());
  }

  /** The one for storage that the start script reads is the longer one. */
  private String name(String path) {
    List<String> names = ServerConfigFile.variables(path);
    reserved.addAll(names);
    return names.getFirst();
  }

  private static EnvVar variable(String name, String value) {
    return new EnvVarBuilder().withName(name).withValue(value).build();
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import io.luminate.crd.Auth;
import io.luminate.crd.ClickHouse;
import io.luminate.crd.CredentialsRef;
import io.luminate.crd.LuminateClusterSpec;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The values of Secrets that a resource names, in its fields and in variables of its pods: those
 * that pods cannot start without, and those that they do without.
 */
final class UserSecrets {
  private final Set<SecretValue> needed = new LinkedHashSet<>();
  private final Set<SecretValue> optional = new LinkedHashSet<>();

  private UserSecrets(ClusterIdentity owner) {
    LuminateClusterSpec spec = owner.cluster().getSpec();
    Auth auth = spec.auth();
    if (auth.hmacSecretRef() != null) {
      needed.add(SecretValue.of(auth.hmacSecretRef()));
    }
    if (auth.publicKeySecretRef() != null) {
      needed.add(SecretValue.of(auth.publicKeySecretRef()));
    }
    if (spec.clickhouse() != null) {
      clickHouse(spec.clickhouse());
    }
    if (spec.pod().env().stream().anyMatch(variable -> ref(variable).isPresent())) {
      ServerEnvironment.of(spec, ServerConfigFile.of(owner)).theirs().forEach(this::variable);
    }
    optional.removeAll(needed);
  }

  static UserSecrets of(ClusterIdentity owner) {
    return new UserSecrets(owner);
  }

  private void clickHouse(ClickHouse clickHouse) {
    if (clickHouse.caSecretRef() != null) {
      needed.add(SecretValue.of(clickHouse.caSecretRef()));
    }
    CredentialsRef credentials = clickHouse.credentialsSecretRef();
    if (credentials != null) {
      needed.add(new SecretValue(credentials.name(), credentials.usernameKey()));
      needed.add(new SecretValue(credentials.name(), credentials.passwordKey()));
    }
  }

  private void variable(EnvVar variable) {
    ref(variable)
        .ifPresent(
            ref ->
                (Boolean.TRUE.equals(ref.getOptional()) ? optional : needed)
                    .add(new SecretValue(ref.getName(), ref.getKey())));
  }

  private static Optional<SecretKeySelector> ref(EnvVar variable) {
    return Optional.ofNullable(variable.getValueFrom())
        .map(EnvVarSource::getSecretKeyRef)
        .filter(ref -> ref.getName() != null && ref.getKey() != null);
  }

  /** All that there is to look up. */
  List<SecretValue> all() {
    return Stream.concat(needed.stream(), optional.stream()).toList();
  }

  /**
   * Those that pods cannot start without.
   *
   * @param secrets what there is, by Secret and key
   */
  List<SecretValue> missing(Map<String, Map<String, String>> secrets) {
    return needed.stream().filter(value -> read(value, secrets).isEmpty()).toList();
  }

  /**
   * Changes with every value that pods get, and with none that they do not.
   *
   * @param secrets what there is, by Secret and key
   * @param salt of the cluster
   */
  Optional<String> hash(Map<String, Map<String, String>> secrets, String salt) {
    if (needed.isEmpty() && optional.isEmpty()) {
      return Optional.empty();
    }
    StringBuilder text = new StringBuilder();
    needed.forEach(value -> append(text, value, read(value, secrets).orElse("")));
    // One that is not there is none, which is not the same as an empty one.
    optional.forEach(
        value -> read(value, secrets).ifPresent(base64 -> append(text, value, base64)));
    return Optional.of(Digests.slow(text.toString(), salt));
  }

  private static void append(StringBuilder text, SecretValue value, String base64) {
    text.append(value.secret())
        .append('/')
        .append(value.key())
        .append('=')
        .append(base64)
        .append('\n');
  }

  private static Optional<String> read(
      SecretValue value, Map<String, Map<String, String>> secrets) {
    return Optional.ofNullable(secrets.getOrDefault(value.secret(), Map.of()).get(value.key()));
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import io.luminate.crd.Auth;
import io.luminate.crd.ClickHouse;
import io.luminate.crd.CredentialsRef;
import io.luminate.crd.LuminateClusterSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The values of Secrets that a resource names, and that its pods cannot start without. */
final class UserSecrets {
  private final List<SecretValue> needed;
  private final Map<String, Map<String, String>> secrets;

  private UserSecrets(List<SecretValue> needed, Map<String, Map<String, String>> secrets) {
    this.needed = needed;
    this.secrets = secrets;
  }

  static UserSecrets of(LuminateClusterSpec spec, Map<String, Map<String, String>> secrets) {
    return new UserSecrets(needed(spec), secrets);
  }

  static List<SecretValue> needed(LuminateClusterSpec spec) {
    List<SecretValue> needed = new ArrayList<>();
    Auth auth = spec.auth();
    if (auth.hmacSecretRef() != null) {
      needed.add(SecretValue.of(auth.hmacSecretRef()));
    }
    if (auth.publicKeySecretRef() != null) {
      needed.add(SecretValue.of(auth.publicKeySecretRef()));
    }
    if (spec.clickhouse() != null) {
      clickHouse(spec.clickhouse(), needed);
    }
    return List.copyOf(needed);
  }

  private static void clickHouse(ClickHouse clickHouse, List<SecretValue> needed) {
    if (clickHouse.caSecretRef() != null) {
      needed.add(SecretValue.of(clickHouse.caSecretRef()));
    }
    CredentialsRef credentials = clickHouse.credentialsSecretRef();
    if (credentials != null) {
      needed.add(new SecretValue(credentials.name(), credentials.usernameKey()));
      needed.add(new SecretValue(credentials.name(), credentials.passwordKey()));
    }
  }

  List<SecretValue> missing() {
    return needed.stream().filter(value -> read(value).isEmpty()).toList();
  }

  /**
   * Changes with every value that pods need, and with none that they do not.
   *
   * @param salt of the cluster
   */
  Optional<String> hash(String salt) {
    if (needed.isEmpty()) {
      return Optional.empty();
    }
    StringBuilder text = new StringBuilder();
    needed.forEach(
        value ->
            text.append(value.secret())
                .append('/')
                .append(value.key())
                .append('=')
                .append(read(value).orElse(""))
                .append('\n'));
    return Optional.of(Digests.slow(text.toString(), salt));
  }

  private Optional<String> read(SecretValue value) {
    return Optional.ofNullable(secrets.getOrDefault(value.secret(), Map.of()).get(value.key()));
  }
}

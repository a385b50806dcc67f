// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The ConfigMaps and Secrets beside a pod, read when asked for. */
final class ConfigObjects {
  private final PodSite site;

  ConfigObjects(PodSite site) {
    this.site = site;
  }

  Optional<ConfigMap> configMap(String name, boolean optional) throws NotYetException {
    return found(
        "configmap",
        name,
        site.client().configMaps().inNamespace(site.namespace()).withName(name).get(),
        optional);
  }

  Optional<Secret> secret(String name, boolean optional) throws NotYetException {
    return found(
        "secret",
        name,
        site.client().secrets().inNamespace(site.namespace()).withName(name).get(),
        optional);
  }

  private static <T> Optional<T> found(
      String kind, String name, @Nullable T object, boolean optional) throws NotYetException {
    if (object == null && !optional) {
      throw new NotYetException(kind + " \"" + name + "\" not found");
    }
    return Optional.ofNullable(object);
  }

  static Map<String, byte[]> bytes(ConfigMap map) {
    Map<String, byte[]> all = new HashMap<>();
    map.getData().forEach((key, text) -> all.put(key, text.getBytes(StandardCharsets.UTF_8)));
    map.getBinaryData().forEach((key, text) -> all.put(key, Base64.getDecoder().decode(text)));
    return all;
  }

  static Map<String, byte[]> bytes(Secret secret) {
    Map<String, byte[]> all = new HashMap<>();
    secret.getData().forEach((key, text) -> all.put(key, Base64.getDecoder().decode(text)));
    return all;
  }
}

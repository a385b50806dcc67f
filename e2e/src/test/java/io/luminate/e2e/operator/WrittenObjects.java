// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.luminate.crd.LuminateCluster;
import io.luminate.crd.RetentionPolicy;
import io.luminate.crd.TenantQuota;
import io.luminate.e2e.cluster.TestNamespace;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What an operator writes, so that a test sees whether it has. */
final class WrittenObjects {
  private WrittenObjects() {}

  /** By kind and name; equal to those of before if nobody has written anything. */
  static Map<String, String> versions(TestNamespace namespace, String cluster) {
    Map<String, String> versions = new TreeMap<>();
    KubernetesClient client = namespace.client();
    for (Class<? extends HasMetadata> type :
        List.of(
            LuminateCluster.class,
            RetentionPolicy.class,
            TenantQuota.class,
            ConfigMap.class,
            Service.class,
            StatefulSet.class)) {
      client
          .resources(type)
          .inNamespace(namespace.name())
          .list()
          .getItems()
          .forEach(object -> put(versions, object));
    }
    put(
        versions,
        client.secrets().inNamespace(namespace.name()).withName(cluster + "-internal").require());
    return versions;
  }

  private static void put(Map<String, String> versions, HasMetadata object) {
    versions.put(
        object.getKind() + "/" + object.getMetadata().getName(),
        object.getMetadata().getResourceVersion());
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Quotas and policies, as a real API server has to know them, and where a test has its own. */
final class Definitions {
  private Definitions() {}

  static void applyAndNamespace(KubernetesClient kubernetes, String namespace) throws IOException {
    for (String kind : List.of("tenantquotas", "retentionpolicies")) {
      Path file = Path.of("..", "crds", "generated", kind + ".luminate.io.yaml");
      HasMetadata definition = Serialization.unmarshal(Files.readString(file));
      kubernetes.resource(definition).serverSideApply();
      kubernetes
          .apiextensions()
          .v1()
          .customResourceDefinitions()
          .withName(definition.getMetadata().getName())
          .waitUntilCondition(Definitions::isEstablished, 30, TimeUnit.SECONDS);
    }
    kubernetes
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
  }

  /** One that was made just now has no conditions yet, or no status. */
  private static boolean isEstablished(CustomResourceDefinition definition) {
    return Optional.ofNullable(definition.getStatus())
        .map(CustomResourceDefinitionStatus::getConditions)
        .stream()
        .flatMap(List::stream)
        .anyMatch(condition -> "Established".equals(condition.getType()));
  }
}

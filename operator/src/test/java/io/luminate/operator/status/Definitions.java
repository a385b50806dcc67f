// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import io.fabric8.kubernetes.api.model.HasMetadata;
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
import org.jspecify.annotations.Nullable;

/** The definitions of the custom resources, as they are installed. */
public final class Definitions {
  private Definitions() {}

  /** Returns once they are served. */
  public static void define(KubernetesClient kubernetes) throws IOException {
    for (String kind : List.of("luminateclusters", "tenantquotas", "retentionpolicies")) {
      Path file = Path.of("..", "crds", "generated", kind + ".luminate.io.yaml");
      HasMetadata definition = Serialization.unmarshal(Files.readString(file));
      kubernetes.resource(definition).serverSideApply();
      kubernetes
          .apiextensions()
          .v1()
          .customResourceDefinitions()
          .withName(definition.getMetadata().getName())
          .waitUntilCondition(Definitions::isServed, 30, TimeUnit.SECONDS);
    }
  }

  private static boolean isServed(@Nullable CustomResourceDefinition definition) {
    return Optional.ofNullable(definition)
        .map(CustomResourceDefinition::getStatus)
        .map(CustomResourceDefinitionStatus::getConditions)
        .stream()
        .flatMap(List::stream)
        .anyMatch(one -> one.getType().equals("Established") && one.getStatus().equals("True"));
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The real server as a pod: with a restricted security context, on its pod's address, behind a
 * service. That it is so where the operator made the pod is in quicker tests.
 */
@OnKubernetes
final class LuminateServerE2E {

  @Test
  @Tag("soak")
  void server_isReady_andAnswersThroughItsService(TestNamespace namespace) throws Exception {
    Service service = namespace.create(TestPods.service("luminate"));
    namespace.create(
        new PodBuilder(TestPods.pod("luminate", server()))
            .editSpec()
            .withEnableServiceLinks(false)
            .addNewVolume()
            .withName("data")
            .withNewEmptyDir()
            .endEmptyDir()
            .endVolume()
            .addNewVolume()
            .withName("tmp")
            .withNewEmptyDir()
            .endEmptyDir()
            .endVolume()
            .endSpec()
            .build());
    namespace.awaitReady("luminate", 1);
    Eventually.holds(
        () -> Http.get(service, "/api/v1/health").contains("\"status\""),
        () -> "the service does not answer");
    assertThat(Http.get(service, "/api/v1/health")).contains("rocksdb");
  }

  private static Container server() {
    return new ContainerBuilder(TestPods.luminate())
        .addNewPort()
        .withName("http")
        .withContainerPort(8080)
        .endPort()
        .withNewSecurityContext()
        .withReadOnlyRootFilesystem(true)
        .withRunAsNonRoot(true)
        .endSecurityContext()
        .addNewVolumeMount()
        .withName("tmp")
        .withMountPath("/tmp")
        .endVolumeMount()
        .build();
  }
}

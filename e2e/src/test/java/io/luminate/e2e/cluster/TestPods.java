// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.cluster;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.Map;

/** Objects that tests begin with, to be changed by each as it needs. */
public final class TestPods {
  public static final int PORT = 8080;

  private TestPods() {}

  /** A {@link TestServer} that is ready when it answers. */
  public static Container server() {
    return new ContainerBuilder()
        .withName("server")
        .withImage(TestImages.SERVER)
        .addNewPort()
        .withName("http")
        .withContainerPort(PORT)
        .endPort()
        .withNewReadinessProbe()
        .withNewHttpGet()
        .withPath("/name")
        .withNewPort("http")
        .endHttpGet()
        .withPeriodSeconds(1)
        .endReadinessProbe()
        .build();
  }

  /** The real server, open to all, with its data in the volume {@code data}. */
  public static Container luminate() {
    return new ContainerBuilder()
        .withName("server")
        .withImage(TestImages.LUMINATE)
        .addNewEnv()
        .withName("LUMINATE_AUTH_ENABLED")
        .withValue("false")
        .endEnv()
        .addNewEnv()
        .withName("LUMINATE_AUTH_ALLOW_ANONYMOUS")
        .withValue("true")
        .endEnv()
        .addNewEnv()
        .withName("LUMINATE_ROCKSDB_DATA_DIR")
        .withValue("/var/lib/luminate")
        .endEnv()
        .withNewReadinessProbe()
        .withNewHttpGet()
        .withPath("/ready")
        .withNewPort(8081)
        .endHttpGet()
        .withPeriodSeconds(1)
        .withTimeoutSeconds(5)
        .endReadinessProbe()
        .addNewVolumeMount()
        .withName("data")
        .withMountPath("/var/lib/luminate")
        .endVolumeMount()
        .build();
  }

  /** Runs a script. */
  public static Container shell(String script) {
    return new ContainerBuilder()
        .withName("shell")
        .withImage(TestImages.SHELL)
        .withArgs("-c", script)
        .build();
  }

  public static Pod pod(String name, Container container) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .addToLabels("app", name)
        .endMetadata()
        .withNewSpec()
        .withContainers(container)
        .withTerminationGracePeriodSeconds(5L)
        .endSpec()
        .build();
  }

  public static PodTemplateSpec template(String app, Container container) {
    return new PodTemplateSpecBuilder()
        .withNewMetadata()
        .addToLabels("app", app)
        .endMetadata()
        .withNewSpec()
        .withContainers(container)
        .withTerminationGracePeriodSeconds(5L)
        .endSpec()
        .build();
  }

  public static Deployment deployment(String name, int replicas, Container container) {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withReplicas(replicas)
        .withNewSelector()
        .withMatchLabels(Map.of("app", name))
        .endSelector()
        .withTemplate(template(name, container))
        .endSpec()
        .build();
  }

  /** Port 80 of its address leads to the pods of that name. */
  public static Service service(String name) {
    return new ServiceBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .addToSelector("app", name)
        .addNewPort()
        .withPort(80)
        .withNewTargetPort("http")
        .endPort()
        .endSpec()
        .build();
  }
}

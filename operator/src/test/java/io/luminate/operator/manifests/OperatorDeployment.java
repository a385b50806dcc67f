// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.manifests;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.luminate.operator.config.OperatorKey;
import io.luminate.operator.objects.OperatorPods;
import java.util.List;

/** The operator's pod, which is admitted as restricted, and what Prometheus finds it by. */
final class OperatorDeployment {
  static final String NAME = "luminate-operator";
  private static final String IMAGE = "luminate/operator:dev";
  private static final String SERVER_IMAGE = "luminate/server:dev";
  private static final String MANAGEMENT = "management";
  private static final int MANAGEMENT_PORT = 8081;

  /**
   * For a process of at most half its limit of memory, with 500 clusters: it waits far more than it
   * works, so neither a second compiler nor threads that collect garbage beside it are worth
   * theirs. Of its objects 63 MB live then. The heap is said in bytes, as the JVM takes no less
   * than 126 MB for a part of the limit; and what is young is little, or the rest of the heap fills
   * with garbage before it is looked through.
   */
  private static final String JVM =
      "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:+UseCompactObjectHeaders"
          + " -Xmx104m -XX:MaxNewSize=24m";

  private OperatorDeployment() {}

  /**
   * The Deployment.
   *
   * @param watched as the operator is told it; empty for all namespaces
   */
  static Deployment deployment(String namespace, String watched) {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withName(NAME)
        .withNamespace(namespace)
        .withLabels(OperatorPods.LABELS)
        .endMetadata()
        .withNewSpec()
        .withReplicas(1)
        .withNewSelector()
        .withMatchLabels(OperatorPods.LABELS)
        .endSelector()
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(OperatorPods.LABELS)
        .endMetadata()
        .withNewSpec()
        .withServiceAccountName(NAME)
        .withEnableServiceLinks(false)
        .withTerminationGracePeriodSeconds(30L)
        .withNewSecurityContext()
        .withRunAsNonRoot(true)
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext()
        .withContainers(container(watched))
        .addNewVolume()
        .withName("tmp")
        .withNewEmptyDir()
        .withSizeLimit(new Quantity("64Mi"))
        .endEmptyDir()
        .endVolume()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  private static Container container(String watched) {
    return new ContainerBuilder()
        .withName("operator")
        .withImage(IMAGE)
        .withEnv(environment(watched))
        .addNewPort()
        .withName(MANAGEMENT)
        .withContainerPort(MANAGEMENT_PORT)
        .endPort()
        .withLivenessProbe(probe("/live", 6))
        .withReadinessProbe(probe("/ready", 1))
        .withNewResources()
        .addToRequests("cpu", new Quantity("100m"))
        .addToRequests("memory", new Quantity("256Mi"))
        .addToLimits("memory", new Quantity("512Mi"))
        .endResources()
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        .withTerminationMessagePolicy("FallbackToLogsOnError")
        .addNewVolumeMount()
        .withName("tmp")
        .withMountPath("/tmp")
        .endVolumeMount()
        .build();
  }

  private static List<EnvVar> environment(String watched) {
    return List.of(
        field(OperatorKey.NAMESPACE, "metadata.namespace"),
        field(OperatorKey.POD_NAME, "metadata.name"),
        value(OperatorKey.SERVER_IMAGE, SERVER_IMAGE),
        value(OperatorKey.WATCH_NAMESPACES, watched),
        new EnvVar("JAVA_TOOL_OPTIONS", JVM, null),
        new EnvVar("MALLOC_ARENA_MAX", "2", null));
  }

  private static EnvVar value(OperatorKey key, String value) {
    return new EnvVar(key.variable(), value, null);
  }

  private static EnvVar field(OperatorKey key, String path) {
    return new EnvVarBuilder()
        .withName(key.variable())
        .withNewValueFrom()
        .withNewFieldRef()
        .withApiVersion("v1")
        .withFieldPath(path)
        .endFieldRef()
        .endValueFrom()
        .build();
  }

  private static Probe probe(String path, int failures) {
    return new ProbeBuilder()
        .withNewHttpGet()
        .withPath(path)
        .withPort(new IntOrString(MANAGEMENT))
        .endHttpGet()
        .withPeriodSeconds(10)
        .withTimeoutSeconds(5)
        .withFailureThreshold(failures)
        .build();
  }

  static Service metrics(String namespace) {
    return new ServiceBuilder()
        .withNewMetadata()
        .withName(NAME + "-metrics")
        .withNamespace(namespace)
        .withLabels(OperatorPods.LABELS)
        .endMetadata()
        .withNewSpec()
        .withClusterIP("None")
        .withSelector(OperatorPods.LABELS)
        .addNewPort()
        .withName(MANAGEMENT)
        .withPort(MANAGEMENT_PORT)
        .withTargetPort(new IntOrString(MANAGEMENT))
        .endPort()
        .endSpec()
        .build();
  }
}

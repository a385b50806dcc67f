// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.luminate.e2e.cluster.Eventually;
import io.luminate.e2e.cluster.Http;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import io.luminate.e2e.cluster.TestPods;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What a cluster refuses, and what it cleans up. */
@OnKubernetes
final class ControlPlaneE2E {

  @Test
  void rbac_grantsAPodWhatItsAccountMay_andNoMore(TestNamespace namespace)
      throws IOException, InterruptedException {
    namespace.create(
        new ConfigMapBuilder().withNewMetadata().withName("own").endMetadata().build());
    namespace.create(TestPods.pod("web", TestPods.server()));
    Pod pod = namespace.awaitReady("web", 1).getFirst();
    String token = Http.get(pod, "/file/var/run/secrets/kubernetes.io/serviceaccount/token");
    try (KubernetesClient client = namespace.cluster().newClient(token)) {
      var own = client.configMaps().inNamespace(namespace.name()).withName("own");
      assertThatThrownBy(own::get)
          .hasMessageContaining("system:serviceaccount:" + namespace.name() + ":default")
          .hasMessageContaining("cannot get resource \"configmaps\"");
      allowReading(namespace);
      Eventually.holds(() -> own.get() != null, () -> "still refused");
      assertThatThrownBy(own::delete).hasMessageContaining("cannot delete resource");
      assertThatThrownBy(() -> client.configMaps().inNamespace("kube-system").list())
          .hasMessageContaining("cannot list resource");
    }
  }

  private static void allowReading(TestNamespace namespace) {
    namespace.create(
        new RoleBuilder()
            .withNewMetadata()
            .withName("reader")
            .endMetadata()
            .addNewRule()
            .withApiGroups("")
            .withResources("configmaps")
            .withVerbs("get")
            .endRule()
            .build());
    namespace.create(
        new RoleBindingBuilder()
            .withNewMetadata()
            .withName("reader")
            .endMetadata()
            .withNewRoleRef("rbac.authorization.k8s.io", "Role", "reader")
            .addNewSubject("", "ServiceAccount", "default", namespace.name())
            .build());
  }

  @Test
  void podSecurity_restricted_refusesAPrivilegedPod(TestNamespace namespace) {
    namespace
        .client()
        .namespaces()
        .withName(namespace.name())
        .edit(
            found -> {
              found
                  .getMetadata()
                  .getLabels()
                  .put("pod-security.kubernetes.io/enforce", "restricted");
              return found;
            });
    Container privileged =
        new ContainerBuilder(TestPods.server())
            .withNewSecurityContext()
            .withPrivileged(true)
            .endSecurityContext()
            .build();
    assertThatThrownBy(() -> namespace.create(TestPods.pod("web", privileged)))
        .hasMessageContaining("violates PodSecurity \"restricted")
        .hasMessageContaining("privileged");
    Container allowed =
        new ContainerBuilder(TestPods.server())
            .withNewSecurityContext()
            .withRunAsNonRoot(true)
            .withAllowPrivilegeEscalation(false)
            .withNewCapabilities()
            .withDrop("ALL")
            .endCapabilities()
            .withNewSeccompProfile(null, "RuntimeDefault")
            .endSecurityContext()
            .build();
    namespace.create(TestPods.pod("good", allowed));
    namespace.awaitReady("good", 1);
  }

  @Test
  void namespace_deleted_takesAllOfItAlong(TestNamespace namespace) {
    namespace.create(TestPods.service("web"));
    namespace.create(TestPods.deployment("web", 2, TestPods.server()));
    namespace.awaitReady("web", 2);
    namespace.client().namespaces().withName(namespace.name()).delete();
    Eventually.holds(
        () -> namespace.client().namespaces().withName(namespace.name()).get() == null,
        () -> "still there: " + namespace.client().namespaces().withName(namespace.name()).get());
    assertThat(namespace.pods("web")).isEmpty();
  }

  @Test
  void garbage_isCollected(TestNamespace namespace) {
    var owner = namespace.create(TestPods.deployment("web", 1, TestPods.server()));
    namespace.awaitReady("web", 1);
    namespace.client().resource(owner).delete();
    Eventually.holds(
        () ->
            namespace.pods("web").isEmpty()
                && namespace
                    .client()
                    .apps()
                    .replicaSets()
                    .inNamespace(namespace.name())
                    .list()
                    .getItems()
                    .isEmpty(),
        () -> "its pods stay: " + namespace.pods("web"));
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.luminate.e2e.cluster.Eventually;
import io.luminate.e2e.cluster.Http;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import io.luminate.e2e.cluster.TestPods;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** The addresses and the names of services, seen from beside pods and from inside. */
@OnKubernetes
final class ServiceProxyE2E {

  @Test
  void service_followsItsEndpoints(TestNamespace namespace) {
    Service service = namespace.create(TestPods.service("web"));
    Eventually.holds(() -> refuses(service), () -> "somebody answers");
    namespace.create(TestPods.pod("web", TestPods.server()));
    Eventually.holds(() -> Http.get(service, "/name").equals("web"), () -> "web does not answer");
    namespace
        .client()
        .pods()
        .inNamespace(namespace.name())
        .withName("web")
        .edit(
            pod -> {
              pod.getMetadata().getLabels().put("app", "other");
              return pod;
            });
    Eventually.holds(() -> refuses(service), () -> "web still answers");
  }

  private static boolean refuses(Service service) throws InterruptedException {
    try {
      Http.get(service, "/name");
      return false;
    } catch (ConnectException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** As a program in a pod finds it, by what it is given there. */
  @Test
  void apiServer_isReached_throughItsService(TestNamespace namespace) throws Exception {
    namespace.create(TestPods.pod("web", TestPods.server()));
    Pod pod = namespace.awaitReady("web", 1).getFirst();
    String account = "/file/var/run/secrets/kubernetes.io/serviceaccount/";
    byte[] authority = Http.get(pod, account + "ca.crt").getBytes(StandardCharsets.UTF_8);
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(
                "https://%s:%s"
                    .formatted(
                        Http.get(pod, "/variable/KUBERNETES_SERVICE_HOST"),
                        Http.get(pod, "/variable/KUBERNETES_SERVICE_PORT")))
            .withCaCertData(Base64.getEncoder().encodeToString(authority))
            .withOauthToken(Http.get(pod, account + "token"))
            .build();
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build()) {
      assertThat(client.getKubernetesVersion().getGitVersion()).startsWith("v1.");
    }
  }

  @Test
  void pod_reachesServices_byNameAndByVariable(TestNamespace namespace) throws Exception {
    Service service = namespace.create(TestPods.service("web"));
    namespace.create(TestPods.pod("web", TestPods.server()));
    namespace.awaitReady("web", 1);
    Eventually.holds(() -> Http.get(service, "/name").equals("web"), () -> "web does not answer");
    String script =
        "grep web.%s.svc.cluster.local /etc/hosts; echo $KUBERNETES_SERVICE_HOST $WEB_SERVICE_HOST"
            .formatted(namespace.name());
    Container asking = TestPods.shell("{ " + script + "; } > /dev/termination-log");
    namespace.create(
        new PodBuilder(TestPods.pod("asking", asking))
            .editSpec()
            .withRestartPolicy("Never")
            .endSpec()
            .build());
    Eventually.holds(
        () -> "Succeeded".equals(namespace.pod("asking").getStatus().getPhase()),
        () -> namespace.pod("asking").getStatus().toString());
    String address = service.getSpec().getClusterIP();
    assertThat(
            namespace
                .pod("asking")
                .getStatus()
                .getContainerStatuses()
                .getFirst()
                .getState()
                .getTerminated()
                .getMessage())
        .contains(address + "\tweb.")
        .contains("10.96.0.1 " + address);
  }
}

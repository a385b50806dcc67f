// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.luminate.kube.testkit.ApiServer;
import io.luminate.operator.objects.ObjectLabels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What caches have of what a real API server has. */
final class WatchesTest {
  private final String namespace = "watches-" + UUID.randomUUID();
  private final KubernetesClient kubernetes =
      new KubernetesClientBuilder()
          .withConfig(Config.fromKubeconfig(ApiServer.shared().access().kubeconfig()))
          .build();
  private final Watches watches = new Watches(kubernetes, Set.of(namespace), Stream::empty);

  @BeforeEach
  void makeNamespace() {
    create(new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build());
    create(
        new ServiceAccountBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName("default")
            .endMetadata()
            .build());
  }

  @AfterEach
  void stop() {
    watches.all().forEach(WatchedKind::stop);
    kubernetes.close();
  }

  /** It still serves, so a quota is not applied before it has said so. */
  @Test
  void podAndClaim_thatSomebodyTookTheWatchLabelFrom_areSeen() {
    Map<String, String> unlabelled = new LinkedHashMap<>(ObjectLabels.selector("main"));
    create(pod("unlabelled", unlabelled));
    create(claim("unlabelled", unlabelled));
    assertThat(seen(Pod.class)).containsExactly("unlabelled");
    assertThat(seen(PersistentVolumeClaim.class)).containsExactly("unlabelled");
  }

  @Test
  void pod_ofAnythingButAServer_isNot() {
    Map<String, String> job = new LinkedHashMap<>(ObjectLabels.selector("main"));
    job.put("app.kubernetes.io/component", "cleanup");
    create(pod("job", job));
    create(pod("labelled", Map.of(ObjectLabels.WATCH, ObjectLabels.WATCHED)));
    create(pod("foreign", Map.of()));
    assertThat(seen(Pod.class)).isEmpty();
  }

  private List<String> seen(Class<? extends HasMetadata> type) {
    WatchedKind<? extends HasMetadata> kind = watches.of(type);
    kind.setEventHandler(_ -> {});
    kind.start();
    return kind.in(namespace).map(object -> object.getMetadata().getName()).toList();
  }

  private Pod pod(String name, Map<String, String> labels) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .withLabels(labels)
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("server")
        .withImage("none:1")
        .endContainer()
        .endSpec()
        .build();
  }

  private PersistentVolumeClaim claim(String name, Map<String, String> labels) {
    return new PersistentVolumeClaimBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .withLabels(labels)
        .endMetadata()
        .withNewSpec()
        .withAccessModes("ReadWriteOnce")
        .withNewResources()
        .addToRequests("storage", new Quantity("1Gi"))
        .endResources()
        .endSpec()
        .build();
  }

  private void create(HasMetadata object) {
    kubernetes.resource(object).create();
  }
}

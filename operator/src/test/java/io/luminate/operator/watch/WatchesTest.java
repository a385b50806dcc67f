// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.luminate.kube.testkit.ApiServer;
import io.luminate.operator.objects.ObjectLabels;
import io.luminate.operator.status.Definitions;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What caches have of what a real API server has. */
final class WatchesTest {
  private static final int NAMESPACES = 20;

  private final String namespace = "watches-" + UUID.randomUUID();
  private final KubernetesClient kubernetes =
      new KubernetesClientBuilder()
          .withConfig(Config.fromKubeconfig(ApiServer.shared().access().kubeconfig()))
          .build();
  private final Watches watches = new Watches(kubernetes, Set.of(namespace), Stream::empty);

  @BeforeEach
  void makeNamespace() {
    create(new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build());
    create(account(namespace));
  }

  /** Without which no pod is taken; there is no controller that makes it. */
  private static ServiceAccount account(String where) {
    return new ServiceAccountBuilder()
        .withNewMetadata()
        .withNamespace(where)
        .withName("default")
        .endMetadata()
        .build();
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

  /**
   * Of a cluster-wide operator's namespaces these are most of the bytes, and none of its business.
   */
  @Test
  void secretAndConfigMap_withoutTheLabel_areNotKept() {
    Map<String, String> labelled = Map.of(ObjectLabels.WATCH, ObjectLabels.WATCHED);
    for (Map<String, String> labels : List.of(labelled, Map.of("app", "foreign"))) {
      String name = labels.equals(labelled) ? "labelled" : "unlabelled";
      ObjectMeta meta =
          new ObjectMetaBuilder()
              .withNamespace(namespace)
              .withName(name)
              .withLabels(labels)
              .build();
      create(new SecretBuilder().withMetadata(meta).build());
      create(new ConfigMapBuilder().withMetadata(meta).build());
    }
    assertThat(seen(Secret.class)).containsExactly("labelled");
    assertThat(seen(ConfigMap.class)).containsExactly("labelled");
  }

  /** However many they are, the API server and the lease's renewal have room beside them. */
  @Test
  void namespaces_areListedOneAfterAnother() {
    ListsAtATime lists = new ListsAtATime();
    try (KubernetesClient counted =
        new KubernetesClientBuilder()
            .withConfig(kubernetes.getConfiguration())
            .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("lists", lists))
            .build()) {
      Set<String> many =
          IntStream.range(0, NAMESPACES)
              .mapToObj(number -> namespace + "-" + number)
              .collect(Collectors.toSet());
      WatchedKind<Service> kind = new Watches(counted, many, Stream::empty).of(Service.class);
      kind.setEventHandler(_ -> {});
      kind.start();
      assertThat(kind.isSynced()).isTrue();
      kind.stop();
    }
    assertThat(lists.all).hasValue(NAMESPACES);
    assertThat(lists.most).hasValue(1);
  }

  @Test
  void namespaceThatIsRefused_holdsUpNoOther_andIsReadOnceItMayBe() throws Exception {
    Definitions.define(kubernetes);
    String lost = namespace + "-lost";
    create(new NamespaceBuilder().withNewMetadata().withName(lost).endMetadata().build());
    create(account(lost));
    grant(namespace);
    try (KubernetesClient watcher = watcher()) {
      Watches both = new Watches(watcher, Set.of(namespace, lost), Stream::empty);
      both.all().forEach(kind -> kind.setEventHandler(_ -> {}));
      both.all().forEach(WatchedKind::start);
      try {
        assertThat(both.unsynced(namespace)).isEmpty();
        assertThat(both.unsynced(lost)).hasSameSizeAs(both.all());
        create(pod(lost, "server", ObjectLabels.selector("main")));
        grant(lost);
        awaitSynced(both, lost);
        assertThat(both.of(Pod.class).in(lost)).hasSize(1);
        assertThat(both.unsynced(namespace)).isEmpty();
      } finally {
        both.all().forEach(WatchedKind::stop);
      }
    }
  }

  /** Somebody who may do nothing but in namespaces where it is granted. */
  private KubernetesClient watcher() {
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder(kubernetes.getConfiguration())
                .withImpersonateUsername(namespace)
                .withRequestRetryBackoffLimit(0)
                .build())
        .build();
  }

  private void grant(String where) {
    create(
        new RoleBindingBuilder()
            .withNewMetadata()
            .withNamespace(where)
            .withName("watcher")
            .endMetadata()
            .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "cluster-admin")
            .addNewSubject("rbac.authorization.k8s.io", "User", namespace, null)
            .build());
  }

  private static void awaitSynced(Watches watches, String place) throws InterruptedException {
    long lastNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!watches.unsynced(place).isEmpty()) {
      assertThat(System.nanoTime()).as("%s", watches.unsynced(place)).isLessThan(lastNanos);
      Thread.sleep(50);
    }
  }

  /** Counts requests that are no watches. */
  private static final class ListsAtATime implements Interceptor {
    private final AtomicInteger all = new AtomicInteger();
    private final AtomicInteger now = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
      if (isList(request)) {
        all.incrementAndGet();
        most.accumulateAndGet(now.incrementAndGet(), Math::max);
      }
    }

    @Override
    public void after(
        HttpRequest request, HttpResponse<?> response, AsyncBody.Consumer<List<ByteBuffer>> body) {
      if (isList(request)) {
        now.decrementAndGet();
      }
    }

    private static boolean isList(HttpRequest request) {
      return !request.uri().toString().contains("watch=true");
    }
  }

  private List<String> seen(Class<? extends HasMetadata> type) {
    WatchedKind<? extends HasMetadata> kind = watches.of(type);
    kind.setEventHandler(_ -> {});
    kind.start();
    return kind.in(namespace).map(object -> object.getMetadata().getName()).toList();
  }

  private Pod pod(String name, Map<String, String> labels) {
    return pod(namespace, name, labels);
  }

  private static Pod pod(String where, String name, Map<String, String> labels) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace(where)
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

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.luminate.crd.RetentionPolicy;
import io.luminate.crd.TenantQuota;
import io.luminate.kube.testkit.ApiServer;
import io.luminate.operator.status.Definitions;
import io.luminate.operator.status.EventWriter;
import io.luminate.operator.status.StatusWriter;
import io.luminate.operator.watch.WatchedKind;
import io.luminate.operator.watch.Watches;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A status that an API server takes from nobody. */
final class LostReferencesTest {
  private static final String NAMESPACE = "lost-references";

  private final KubernetesClient kubernetes =
      new KubernetesClientBuilder()
          .withConfig(Config.fromKubeconfig(ApiServer.shared().access().kubeconfig()))
          .build();
  private final AtomicInteger asked = new AtomicInteger();
  private final KubernetesClient refused = refused();
  private final Logger log = (Logger) LoggerFactory.getLogger(LostReferences.class);
  private final ListAppender<ILoggingEvent> said = new ListAppender<>();
  private final SomeAtATime someAtATime = new SomeAtATime();
  private Instant now = Instant.parse("2026-03-11T12:00:00Z");

  /** Nobody, where anybody is refused what is asked for. */
  private KubernetesClient refused() {
    Config config = Config.fromKubeconfig(ApiServer.shared().access().kubeconfig());
    Config nobody =
        new ConfigBuilder(config)
            .withImpersonateUsername("nobody")
            .withRequestRetryBackoffLimit(0)
            .build();
    return new KubernetesClientBuilder()
        .withConfig(nobody)
        .withHttpClientBuilderConsumer(
            http ->
                http.addOrReplaceInterceptor(
                    "counting",
                    new Interceptor() {
                      @Override
                      public void before(
                          BasicBuilder builder, HttpRequest request, RequestTags tags) {
                        asked.incrementAndGet();
                      }
                    }))
        .build();
  }

  @BeforeEach
  void listen() {
    said.start();
    log.setAdditive(false);
    log.addAppender(said);
  }

  @AfterEach
  void close() {
    log.detachAppender(said);
    log.setAdditive(true);
    someAtATime.close();
    refused.close();
    kubernetes.close();
  }

  @Test
  void lastingRefusal_isSaidOnce_andAskedForLaterAndLater() throws Exception {
    Definitions.define(kubernetes);
    kubernetes
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
        .create();
    kubernetes.resource(quota()).create();
    Watches watches = new Watches(kubernetes, Set.of(NAMESPACE), Stream::empty);
    List<WatchedKind<?>> kinds =
        List.of(watches.of(TenantQuota.class), watches.of(RetentionPolicy.class));
    kinds.forEach(kind -> kind.setEventHandler(_ -> {}));
    kinds.forEach(WatchedKind::start);
    StatusWriter statuses =
        new StatusWriter(refused, new EventWriter(refused, () -> now, "operator"));
    LostReferences lost =
        new LostReferences(new KnownClusters(), watches, statuses, someAtATime, () -> now);

    lost.look(namespace -> !namespace.equals(NAMESPACE));
    assertThat(asked).as("where clusters cannot be read").hasValue(0);
    int[] requestsBySecond = {1, 2, 2, 3, 3, 3, 3, 4};
    for (int second = 0; second < requestsBySecond.length; second++) {
      lost.look(NAMESPACE::equals);
      assertThat(asked).as("after %s s", second).hasValue(requestsBySecond[second]);
      now = now.plusSeconds(1);
    }
    assertThat(said.list)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getLevel()).isEqualTo(Level.WARN);
              assertThat(event.getFormattedMessage())
                  .contains("TenantQuota " + NAMESPACE + "/acme")
                  .contains("forbidden");
            });
    kinds.forEach(WatchedKind::stop);
  }

  private static TenantQuota quota() {
    return Serialization.unmarshal(
        """
        apiVersion: luminate.io/v1alpha1
        kind: TenantQuota
        metadata: {name: acme, namespace: %s}
        spec:
          clusterRef: {name: nowhere}
          tenantId: acme
          rateLimits: {writeRequestsPerSecond: 10}
        """
            .formatted(NAMESPACE),
        TenantQuota.class);
  }
}

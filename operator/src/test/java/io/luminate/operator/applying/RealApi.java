// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.applying;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.luminate.kube.testkit.ApiServer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

/** A real API server, without controllers, and what it is asked for. */
final class RealApi {
  private static RealApi shared;

  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final KubernetesClient counted;
  private final KubernetesClient other;

  private RealApi() {
    counted =
        builder()
            .withHttpClientBuilderConsumer(
                http ->
                    http.addOrReplaceInterceptor(
                        "counting",
                        new Interceptor() {
                          @Override
                          public void before(
                              BasicBuilder builder, HttpRequest request, RequestTags tags) {
                            requests.add(request.method() + " " + request.uri().getPath());
                          }
                        }))
            .build();
    other = builder().build();
  }

  private static KubernetesClientBuilder builder() {
    Config config =
        new ConfigBuilder(Config.fromKubeconfig(ApiServer.shared().access().kubeconfig()))
            .withRequestRetryBackoffLimit(0)
            .build();
    return new KubernetesClientBuilder().withConfig(config);
  }

  /** One for all tests of this JVM, which tell their objects apart by namespace. */
  static synchronized RealApi shared() {
    if (shared == null) {
      shared = new RealApi();
    }
    return shared;
  }

  /** The operator's. */
  KubernetesClient operator() {
    return counted;
  }

  /** Somebody else's, whose requests are not counted. */
  KubernetesClient person() {
    return other;
  }

  String newNamespace() {
    String name = "applying-" + UUID.randomUUID();
    other
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    return name;
  }

  /** The operator's since the last time. */
  List<String> takeRequests() {
    synchronized (requests) {
      List<String> taken = List.copyOf(requests);
      requests.clear();
      return taken;
    }
  }
}

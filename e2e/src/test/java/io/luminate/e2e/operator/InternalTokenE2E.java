// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.luminate.crd.ConditionStatus;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import io.luminate.operator.objects.PodFiles;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * The token that the operator calls servers with is replaced while it calls them. Pods have it in a
 * file, where it is late.
 */
@OnKubernetes
@Order(OnKubernetes.LONGEST)
final class InternalTokenE2E {

  @Test
  void token_replaced_locksNobodyOut_andRollsNoPod(@LookedAfter TestNamespace namespace)
      throws Exception {
    Cluster cluster = new Cluster(namespace, "edge");
    Cluster.createSecret(namespace);
    cluster.apply(Texts.rocksDb("edge"));
    cluster.awaitReady(1);
    Pod pod = cluster.pods().getFirst();
    String old = token(namespace, PodFiles.TOKEN_KEY).orElseThrow();
    assertThat(status(pod, old)).isEqualTo(200);

    annotate(namespace, "luminate.io/rotate=true");
    cluster.soon(
        () -> token(namespace, PodFiles.PREVIOUS_TOKEN_KEY).equals(Optional.of(old)),
        "another token",
        () -> "the old one");
    String current = token(namespace, PodFiles.TOKEN_KEY).orElseThrow();
    assertThat(current).isNotEqualTo(old);
    publish(cluster, 1);
    cluster.inTheEnd(() -> status(pod, current) == 200, "the pod has the new one", () -> "not yet");
    assertThat(status(pod, old)).as("the old one, as long as others may have it").isEqualTo(200);
    publish(cluster, 2);
    assertThat(token(namespace, PodFiles.PREVIOUS_TOKEN_KEY)).contains(old);

    String elevenMinutesAgo = Instant.now().minus(Duration.ofMinutes(11)).toString();
    annotate(namespace, "luminate.io/token-since=" + elevenMinutesAgo);
    cluster.soon(
        () -> token(namespace, PodFiles.PREVIOUS_TOKEN_KEY).isEmpty(),
        "the previous token goes once it is old",
        () -> "it stays");
    publish(cluster, 3);
    cluster.inTheEnd(() -> status(pod, old) == 401, "the old one is refused", () -> "it is let in");
    publish(cluster, 4);
    assertThat(token(namespace, PodFiles.TOKEN_KEY)).contains(current);
    assertThat(cluster.pods().getFirst().getMetadata().getUid())
        .isEqualTo(pod.getMetadata().getUid());
    assertThat(cluster.pods().getFirst().getStatus().getContainerStatuses().getFirst())
        .satisfies(container -> assertThat(container.getRestartCount()).isZero());
  }

  private static void publish(Cluster cluster, int hours) throws IOException, InterruptedException {
    cluster.apply(Texts.quota("edge", hours));
    cluster.soon(
        () ->
            cluster.quota("acme").getStatus().observedGeneration()
                == (long) cluster.quota("acme").getMetadata().getGeneration(),
        "a quota of " + hours + " h is seen",
        () -> cluster.quota("acme").getStatus().toString());
    cluster.awaitCondition(
        () -> cluster.quota("acme").getStatus().conditions(),
        "Applied",
        ConditionStatus.TRUE,
        "Applied");
  }

  /** What a pod answers who comes with that token. */
  private static int status(Pod pod, String token) throws IOException, InterruptedException {
    URI uri =
        URI.create(
            "http://" + pod.getStatus().getPodIP() + ":8082/internal/v1/config?document=false");
    HttpRequest request =
        HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + token).build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, BodyHandlers.discarding()).statusCode();
    }
  }

  private static void annotate(TestNamespace namespace, String annotation)
      throws IOException, InterruptedException {
    new Kubectl(namespace.cluster())
        .run(
            "annotate",
            "-n",
            namespace.name(),
            "--overwrite",
            "secret",
            "edge-internal",
            annotation);
  }

  private static Optional<String> token(TestNamespace namespace, String key) {
    Secret secret =
        namespace
            .client()
            .secrets()
            .inNamespace(namespace.name())
            .withName("edge-internal")
            .require();
    return Optional.ofNullable(secret.getData().get(key))
        .map(base64 -> new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8));
  }
}

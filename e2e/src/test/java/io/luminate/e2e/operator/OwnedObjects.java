// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.luminate.e2e.cluster.TestNamespace;
import io.luminate.operator.objects.ObjectLabels;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the operator has made for the clusters of a namespace, but for pods and their workload. */
final class OwnedObjects {
  private static final List<Class<? extends HasMetadata>> KINDS =
      List.of(
          Service.class,
          ConfigMap.class,
          Secret.class,
          ServiceAccount.class,
          NetworkPolicy.class,
          CronJob.class,
          PodDisruptionBudget.class,
          HorizontalPodAutoscaler.class);

  private OwnedObjects() {}

  /**
   * Deletes all of those kinds at once, and waits until others are in their place.
   *
   * @param names of the kinds, each of which has to be there
   */
  static void loseAll(TestNamespace namespace, Cluster cluster, String... names) {
    Predicate<HasMetadata> chosen = object -> List.of(names).contains(object.getKind());
    Map<String, String> before = uids(all(namespace).filter(chosen));
    assertThat(before.keySet().stream().map(name -> name.split("/")[0]).distinct())
        .containsExactlyInAnyOrder(names);
    all(namespace).filter(chosen).forEach(object -> namespace.client().resource(object).delete());
    cluster.soon(
        () -> areOthers(before, uids(all(namespace).filter(chosen))),
        "what was deleted is back: " + before.keySet(),
        () -> uids(all(namespace)).keySet().toString());
  }

  /** Those of which there are some. */
  static Set<String> kinds(TestNamespace namespace) {
    return all(namespace).map(HasMetadata::getKind).collect(Collectors.toSet());
  }

  private static boolean areOthers(Map<String, String> before, Map<String, String> now) {
    return now.keySet().equals(before.keySet())
        && before.entrySet().stream()
            .noneMatch(old -> old.getValue().equals(now.get(old.getKey())));
  }

  /** By kind and name. */
  private static Map<String, String> uids(Stream<? extends HasMetadata> objects) {
    return objects.collect(
        Collectors.toMap(
            object -> object.getKind() + "/" + object.getMetadata().getName(),
            object -> object.getMetadata().getUid()));
  }

  private static Stream<HasMetadata> all(TestNamespace namespace) {
    return KINDS.stream()
        .flatMap(kind -> labelled(namespace, kind))
        .filter(object -> !object.getMetadata().getOwnerReferences().isEmpty())
        .map(HasMetadata.class::cast);
  }

  /** What the operator watches of a kind. */
  static Stream<? extends HasMetadata> labelled(
      TestNamespace namespace, Class<? extends HasMetadata> kind) {
    return namespace
        .client()
        .resources(kind)
        .inNamespace(namespace.name())
        .withLabel(ObjectLabels.WATCH, ObjectLabels.WATCHED)
        .list()
        .getItems()
        .stream();
  }
}

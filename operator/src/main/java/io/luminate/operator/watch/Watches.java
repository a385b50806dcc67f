// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.watch;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.luminate.crd.LuminateCluster;
import io.luminate.crd.RetentionPolicy;
import io.luminate.crd.TenantQuota;
import io.luminate.operator.objects.ClusterObjects;
import io.luminate.operator.objects.ObjectLabels;
import io.luminate.operator.objects.SecretValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All that is watched beside the clusters themselves. Each kind is cached once. Owned objects,
 * their pods and the Secrets that a person wants to be watched are told by labels; of others no
 * cache knows.
 */
public final class Watches {
  /** Stands for the namespace where all are watched at once. */
  public static final String ANYWHERE = "";

  private static final Map<String, String> ALL = Map.of();

  /** Objects that a pass makes anew where they seem to be missing, and so finds by their names. */
  private static final Map<String, String> LABELLED =
      Map.of(ObjectLabels.WATCH, ObjectLabels.WATCHED);

  /** What Kubernetes makes. A pod that is not seen would be told nothing, and yet serve. */
  private static final Map<String, String> SERVERS = ObjectLabels.servers();

  /** Kinds of a cluster's objects that need nothing else. */
  private static final List<Class<? extends HasMetadata>> OWNED =
      List.of(
          ServiceAccount.class,
          Service.class,
          NetworkPolicy.class,
          CronJob.class,
          PodDisruptionBudget.class,
          HorizontalPodAutoscaler.class);

  private final KubernetesClient kubernetes;
  private final Set<String> namespaces;
  private final Supplier<Stream<LuminateCluster>> clusters;
  private final Map<Class<?>, WatchedKind<?>> kinds = new LinkedHashMap<>();
  private final OptionalObjects optional;

  /**
   * Of these namespaces, or of all if there are none.
   *
   * @param clusters all that are cached
   */
  public Watches(
      KubernetesClient kubernetes,
      Set<String> namespaces,
      Supplier<Stream<LuminateCluster>> clusters) {
    this.kubernetes = kubernetes;
    this.namespaces = Set.copyOf(namespaces);
    this.clusters = clusters;
    add(TenantQuota.class, ALL, this::ofQuota, Watches::isAnother);
    add(RetentionPolicy.class, ALL, this::ofPolicy, Watches::isAnother);
    add(Pod.class, SERVERS, Watches::ofLabels, PodChange::isBetween);
    owned(Deployment.class);
    owned(StatefulSet.class);
    ofServers(ReplicaSet.class);
    ofServers(PersistentVolumeClaim.class);
    add(ConfigMap.class, LABELLED, Watches::ofLabels, Watches::isAnother);
    add(Secret.class, LABELLED, this::ofSecret, Watches::isAnother);
    OWNED.forEach(this::owned);
    this.optional = new OptionalObjects(kubernetes, namespaces, of(Pod.class)::nudge);
  }

  private <T extends HasMetadata> void owned(Class<T> type) {
    add(type, LABELLED, Watches::ofLabels, Watches::isAnother);
  }

  private <T extends HasMetadata> void ofServers(Class<T> type) {
    add(type, SERVERS, Watches::ofLabels, Watches::isAnother);
  }

  private <T extends HasMetadata> void add(
      Class<T> type,
      Map<String, String> labels,
      Function<T, Set<ResourceID>> whose,
      BiPredicate<T, T> matters) {
    kinds.put(
        type,
        new WatchedKind<>(
            kubernetes, namespaces, new WatchedKind.How<>(type, labels, whose, matters)));
  }

  /** Every kind, as the source of its events. */
  public List<WatchedKind<?>> all() {
    return List.copyOf(kinds.values());
  }

  /** That of a type which is watched. */
  @SuppressWarnings("unchecked") // Each was put under its own type.
  public <T extends HasMetadata> WatchedKind<T> of(Class<T> type) {
    return (WatchedKind<T>)
        Optional.ofNullable(kinds.get(type))
            .orElseThrow(() -> new IllegalArgumentException(type + " is not watched"));
  }

  /** Those that are no source of the framework's, as they come and go. */
  public OptionalObjects optional() {
    return optional;
  }

  public boolean isWatched(Class<?> type) {
    return kinds.containsKey(type);
  }

  /** Asks for a pass over a cluster, for a reason that is no event of Kubernetes. */
  public void nudge(LuminateCluster cluster) {
    of(Pod.class).nudge(ResourceID.fromResource(cluster));
  }

  /** Namespaces that are watched each by itself; {@link #ANYWHERE} where all are at once. */
  public Set<String> places() {
    return namespaces.isEmpty() ? Set.of(ANYWHERE) : namespaces;
  }

  /** That which a namespace is watched as. */
  public String place(String namespace) {
    return namespaces.isEmpty() ? ANYWHERE : namespace;
  }

  /** Kinds that cannot be read now in one of {@link #places}, by their names. */
  public List<String> unsynced(String place) {
    return kinds.values().stream()
        .filter(kind -> !kind.isSynced(place))
        .map(kind -> kind.resourceType().getSimpleName())
        .sorted()
        .toList();
  }

  private static boolean isAnother(HasMetadata before, HasMetadata after) {
    return !before
        .getMetadata()
        .getResourceVersion()
        .equals(after.getMetadata().getResourceVersion());
  }

  private Set<ResourceID> ofQuota(TenantQuota quota) {
    return Set.of(
        new ResourceID(quota.getSpec().clusterRef().name(), quota.getMetadata().getNamespace()));
  }

  private Set<ResourceID> ofPolicy(RetentionPolicy policy) {
    return Set.of(
        new ResourceID(policy.getSpec().clusterRef().name(), policy.getMetadata().getNamespace()));
  }

  /** A label is no proof; a pass that finds nothing to do is all that a wrong one costs. */
  private static Set<ResourceID> ofLabels(HasMetadata object) {
    return ObjectLabels.cluster(object)
        .map(name -> Set.of(new ResourceID(name, object.getMetadata().getNamespace())))
        .orElse(Set.of());
  }

  /** The internal token's is owned; any other may be named by clusters beside it. */
  private Set<ResourceID> ofSecret(Secret secret) {
    String namespace = secret.getMetadata().getNamespace();
    Stream<ResourceID> naming =
        clusters
            .get()
            .filter(cluster -> cluster.getMetadata().getNamespace().equals(namespace))
            .filter(cluster -> names(cluster, secret.getMetadata().getName()))
            .map(ResourceID::fromResource);
    return Stream.concat(naming, ofLabels(secret).stream()).collect(Collectors.toSet());
  }

  private static boolean names(LuminateCluster cluster, String secret) {
    return ClusterObjects.namedSecrets(cluster).stream()
        .map(SecretValue::secret)
        .anyMatch(secret::equals);
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.watch;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.luminate.operator.applying.OptionalPath;
import io.luminate.operator.objects.ObjectLabels;
import io.luminate.operator.objects.OptionalKind;
import java.net.HttpURLConnection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Objects of kinds that the API server may not have, in informers that are there only while it has
 * them. Nobody waits for these, and no pass is stopped where they cannot be read. Safe for use by
 * many threads.
 */
public final class OptionalObjects implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OptionalObjects.class);

  private final KubernetesClient kubernetes;
  private final Set<String> namespaces;
  private final Consumer<ResourceID> changed;
  private final Map<OptionalKind, List<SharedIndexInformer<GenericKubernetesResource>>> informers =
      new EnumMap<>(OptionalKind.class);

  /**
   * Of these namespaces, or of all if there are none.
   *
   * @param changed told a cluster of which an object has changed
   */
  OptionalObjects(
      KubernetesClient kubernetes, Set<String> namespaces, Consumer<ResourceID> changed) {
    this.kubernetes = kubernetes;
    this.namespaces = Set.copyOf(namespaces);
    this.changed = changed;
  }

  /** These kinds are watched from now on, and no others; to be called whenever they are known. */
  public synchronized void watch(Set<OptionalKind> served) {
    for (OptionalKind kind : OptionalKind.values()) {
      if (!served.contains(kind) || hasGone(kind)) {
        Optional.ofNullable(informers.remove(kind)).ifPresent(OptionalObjects::stop);
      }
      if (served.contains(kind)) {
        informers.computeIfAbsent(kind, this::started);
      }
    }
  }

  /** Since it was last said to be there. */
  private boolean hasGone(OptionalKind kind) {
    return informers.getOrDefault(kind, List.of()).stream().anyMatch(one -> !one.isRunning());
  }

  private List<SharedIndexInformer<GenericKubernetesResource>> started(OptionalKind kind) {
    ResourceDefinitionContext path = OptionalPath.of(kind);
    return namespaces.isEmpty()
        ? List.of(started(kind, kubernetes.genericKubernetesResources(path).inAnyNamespace()))
        : namespaces.stream()
            .map(name -> kubernetes.genericKubernetesResources(path).inNamespace(name))
            .map(all -> started(kind, all))
            .toList();
  }

  private SharedIndexInformer<GenericKubernetesResource> started(
      OptionalKind kind, FilterWatchListDeletable<GenericKubernetesResource, ?, ?> all) {
    SharedIndexInformer<GenericKubernetesResource> informer =
        all.withLabel(ObjectLabels.WATCH, ObjectLabels.WATCHED).runnableInformer(0);
    informer.itemStore(new PrunedStore<>());
    informer.exceptionHandler((_, failure) -> retry(kind, informer, failure));
    informer.addEventHandler(new Propagation());
    CompletionStage<Void> _ = informer.start();
    return informer;
  }

  /**
   * Again, but where the kind has gone: each try is a connection, and with a list of namespaces
   * there were five for each of them and kind until somebody looked for kinds again.
   */
  private static boolean retry(
      OptionalKind kind, SharedIndexInformer<?> informer, Throwable failure) {
    LOG.debug("{} cannot be watched", kind.kind(), failure);
    if (Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .anyMatch(OptionalObjects::isNotFound)) {
      // An answer of false would be logged as an error.
      informer.stop();
    }
    return true;
  }

  private static boolean isNotFound(Throwable failure) {
    return failure instanceof KubernetesClientException answer
        && answer.getCode() == HttpURLConnection.HTTP_NOT_FOUND;
  }

  /** The object, without its content, as far as Kubernetes has said that it is there. */
  public synchronized Optional<HasMetadata> get(OptionalKind kind, String namespace, String name) {
    String key = Cache.namespaceKeyFunc(namespace, name);
    return informers.getOrDefault(kind, List.of()).stream()
        .<HasMetadata>flatMap(one -> Stream.ofNullable(one.getStore().getByKey(key)))
        .findFirst();
  }

  /** Whether what is missing here is really not there. */
  public synchronized boolean isSynced(OptionalKind kind) {
    return informers.containsKey(kind)
        && informers.get(kind).stream()
            .allMatch(one -> one.isRunning() && one.hasSynced() && one.isWatching());
  }

  @Override
  public void close() {
    watch(Set.of());
  }

  private static void stop(List<SharedIndexInformer<GenericKubernetesResource>> all) {
    all.forEach(SharedIndexInformer::stop);
  }

  private final class Propagation implements ResourceEventHandler<GenericKubernetesResource> {
    @Override
    public void onAdd(GenericKubernetesResource object) {
      propagate(object);
    }

    @Override
    public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource after) {
      propagate(before);
      propagate(after);
    }

    @Override
    public void onDelete(GenericKubernetesResource object, boolean isFinalStateUnknown) {
      propagate(object);
    }

    private void propagate(GenericKubernetesResource object) {
      ObjectLabels.cluster(object)
          .map(name -> new ResourceID(name, object.getMetadata().getNamespace()))
          .ifPresent(changed);
    }
  }
}

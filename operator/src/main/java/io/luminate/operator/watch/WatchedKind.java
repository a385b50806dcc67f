// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.javaoperatorsdk.operator.OperatorException;
import io.javaoperatorsdk.operator.health.Status;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.luminate.crd.LuminateCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All objects of one kind that are looked after, in an informer for each namespace that is watched,
 * or in one for all. Objects that it hands out are shared, so they are never to be changed.
 *
 * @param <T> what they are
 */
public final class WatchedKind<T extends HasMetadata>
    extends AbstractEventSource<T, LuminateCluster> {
  private static final Logger LOG = LoggerFactory.getLogger(WatchedKind.class);

  /** Long enough for large lists; who cannot list by then is better told so by a restart. */
  private static final Duration SYNC_WITHIN = Duration.ofSeconds(60);

  /**
   * How a kind is watched.
   *
   * @param <T> what it is
   * @param labels of the objects that are, others are not
   * @param clusters whose pass an event of it asks for
   * @param matters whether a change from the first to the second does
   */
  record How<T extends HasMetadata>(
      Class<T> type,
      Map<String, String> labels,
      Function<T, Set<ResourceID>> clusters,
      BiPredicate<T, T> matters) {}

  private final KubernetesClient kubernetes;
  private final Set<String> namespaces;
  private final How<T> how;

  /**
   * By namespace, or one under {@link Watches#ANYWHERE}. Written once, before it is seen to run.
   */
  private volatile Map<String, SharedIndexInformer<T>> informers = Map.of();

  /** Namespaces that were refused once. */
  private final Map<String, CompletableFuture<Void>> refused = new ConcurrentHashMap<>();

  WatchedKind(KubernetesClient kubernetes, Set<String> namespaces, How<T> how) {
    super(how.type(), how.type().getSimpleName());
    this.kubernetes = kubernetes;
    this.namespaces = Set.copyOf(namespaces);
    this.how = how;
  }

  /**
   * One namespace after another; kinds begin beside each other. Lists of all kinds in all
   * namespaces at once would hold up everything else, the renewal of the lease among it. One that
   * is refused goes on trying while the others begin, and only where none can be read is the
   * operator better off with a restart.
   */
  @Override
  public void start() {
    Map<String, SharedIndexInformer<T>> all = new LinkedHashMap<>();
    if (namespaces.isEmpty()) {
      all.put(Watches.ANYWHERE, informer(Watches.ANYWHERE, of().inAnyNamespace()));
    } else {
      namespaces.forEach(name -> all.put(name, informer(name, of().inNamespace(name))));
    }
    informers = Collections.unmodifiableMap(all);
    List<CompletableFuture<Void>> begun = new ArrayList<>();
    all.forEach((namespace, informer) -> begun.add(begun(namespace, informer)));
    if (begun.stream().noneMatch(CompletableFuture::isDone)) {
      await(begun)
          .ifPresent(
              failure -> {
                throw new OperatorException(notListed(), failure);
              });
    }
    super.start();
  }

  private MixedOperation<T, KubernetesResourceList<T>, Resource<T>> of() {
    return kubernetes.resources(how.type());
  }

  /** Starts it, and waits until it is there or was refused. */
  private CompletableFuture<Void> begun(String namespace, SharedIndexInformer<T> informer) {
    CompletableFuture<Void> begun = informer.start().toCompletableFuture();
    Optional<Exception> _ =
        await(List.of(begun, refused.computeIfAbsent(namespace, _ -> new CompletableFuture<>())));
    return begun;
  }

  /** Until one of them is done; says what came in between. */
  private static Optional<Exception> await(List<CompletableFuture<Void>> any) {
    try {
      CompletableFuture.anyOf(any.toArray(CompletableFuture<?>[]::new))
          .get(SYNC_WITHIN.toSeconds(), TimeUnit.SECONDS);
      return Optional.empty();
    } catch (ExecutionException | TimeoutException e) {
      return Optional.of(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OperatorException("interrupted", e);
    }
  }

  private String notListed() {
    return "cannot list and watch "
        + HasMetadata.getFullResourceName(how.type())
        + " within "
        + SYNC_WITHIN.toSeconds()
        + " s: see that the API server has the kind and that the service account may";
  }

  private SharedIndexInformer<T> informer(String namespace, FilterWatchListDeletable<T, ?, ?> all) {
    SharedIndexInformer<T> informer = all.withLabels(how.labels()).runnableInformer(0);
    informer.itemStore(new PrunedStore<>());
    informer.exceptionHandler((_, failure) -> retry(namespace, failure));
    informer.addEventHandler(new Propagation());
    return informer;
  }

  /** Always: a kind may come back, and as long as it is away nothing is published. */
  private boolean retry(String namespace, Throwable failure) {
    refused.computeIfAbsent(namespace, _ -> new CompletableFuture<>()).complete(null);
    LOG.warn(
        "{} cannot be watched{}, and is tried again: {}",
        HasMetadata.getFullResourceName(how.type()),
        namespace.equals(Watches.ANYWHERE) ? "" : " in namespace " + namespace,
        Optional.ofNullable(failure.getMessage()).orElseGet(failure::toString));
    return true;
  }

  /** Asks for a pass over a cluster, as an event would. */
  void nudge(ResourceID cluster) {
    getEventHandler().handleEvent(new Event(cluster));
  }

  /** What is in a namespace, as it was seen last. */
  public Stream<T> in(String namespace) {
    return of(namespace)
        .flatMap(
            informer -> informer.getIndexer().byIndex(Cache.NAMESPACE_INDEX, namespace).stream());
  }

  /** What is in all namespaces that are watched. */
  public Stream<T> all() {
    return informers.values().stream().flatMap(informer -> informer.getStore().list().stream());
  }

  public Optional<T> get(String namespace, String name) {
    String key = Cache.namespaceKeyFunc(namespace, name);
    return of(namespace)
        .flatMap(informer -> Optional.ofNullable(informer.getStore().getByKey(key)).stream())
        .findFirst();
  }

  /** Those that have what is in a namespace: one, if any. */
  private Stream<SharedIndexInformer<T>> of(String namespace) {
    return Stream.of(Watches.ANYWHERE, namespace)
        .distinct()
        .flatMap(key -> Stream.ofNullable(informers.get(key)));
  }

  /** Whether what is missing anywhere is really not there, as far as Kubernetes has said. */
  public boolean isSynced() {
    return !informers.isEmpty() && informers.values().stream().allMatch(WatchedKind::isSynced);
  }

  /** Whether what is missing in a namespace is really not there. */
  public boolean isSynced(String namespace) {
    return of(namespace).anyMatch(WatchedKind::isSynced);
  }

  private static boolean isSynced(SharedIndexInformer<?> informer) {
    return informer.isRunning() && informer.hasSynced() && informer.isWatching();
  }

  @Override
  public Set<T> getSecondaryResources(LuminateCluster cluster) {
    ResourceID id = ResourceID.fromResource(cluster);
    return in(cluster.getMetadata().getNamespace())
        .filter(object -> how.clusters().apply(object).contains(id))
        .collect(Collectors.toSet());
  }

  @Override
  public Status getStatus() {
    return isSynced() ? Status.HEALTHY : Status.UNHEALTHY;
  }

  @Override
  public void stop() {
    super.stop();
    informers.values().forEach(SharedIndexInformer::stop);
  }

  private final class Propagation implements ResourceEventHandler<T> {
    @Override
    public void onAdd(T object) {
      propagate(object);
    }

    @Override
    public void onUpdate(T before, T after) {
      if (how.matters().test(before, after)) {
        propagate(before);
        propagate(after);
      }
    }

    @Override
    public void onDelete(T object, boolean isFinalStateUnknown) {
      propagate(object);
    }

    private void propagate(T object) {
      how.clusters().apply(object).forEach(id -> getEventHandler().handleEvent(new Event(id)));
    }
  }
}

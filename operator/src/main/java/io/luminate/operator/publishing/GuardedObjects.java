// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.luminate.crd.LuminateCluster;
import io.luminate.operator.objects.Ownership;
import java.net.HttpURLConnection;
import java.util.Optional;

/**
 * Objects that are written only over what was seen of them, so that of two operators the one whose
 * view is older is refused, and never over somebody else's.
 *
 * @param <T> what they are
 */
final class GuardedObjects<T extends HasMetadata> {
  /**
   * What there is by a name.
   *
   * @param <T> what it is
   */
  sealed interface Seen<T extends HasMetadata> {
    /** Nothing. */
    record Absent<T extends HasMetadata>() implements Seen<T> {}

    /** An object of the cluster. */
    record Own<T extends HasMetadata>(T object) implements Seen<T> {}

    /** Somebody else's, which is left alone. */
    record Foreign<T extends HasMetadata>() implements Seen<T> {}

    /** The object, if it is the cluster's. */
    default Optional<T> own() {
      return this instanceof Own<T>(T object) ? Optional.of(object) : Optional.empty();
    }
  }

  private final KubernetesClient kubernetes;
  private final Class<T> type;

  GuardedObjects(KubernetesClient kubernetes, Class<T> type) {
    this.kubernetes = kubernetes;
    this.type = type;
  }

  /** As the API server has it, not as a cache does. */
  Seen<T> read(LuminateCluster cluster, String name) {
    T object =
        kubernetes
            .resources(type)
            .inNamespace(cluster.getMetadata().getNamespace())
            .withName(name)
            .get();
    if (object == null) {
      return new Seen.Absent<>();
    }
    return Ownership.isOf(cluster, object) ? new Seen.Own<>(object) : new Seen.Foreign<>();
  }

  /**
   * Makes the object, or changes the one with this resourceVersion.
   *
   * @return the object as it is now; empty if somebody else was faster
   */
  Optional<T> write(T object) {
    boolean isNew = object.getMetadata().getResourceVersion() == null;
    try {
      return Optional.of(
          isNew ? kubernetes.resource(object).create() : kubernetes.resource(object).update());
    } catch (KubernetesClientException refusal) {
      if (isOvertaken(refusal.getCode())) {
        return Optional.empty();
      }
      throw refusal;
    }
  }

  /** Another version is there, or what was seen is gone. */
  private static boolean isOvertaken(int status) {
    return status == HttpURLConnection.HTTP_CONFLICT || status == HttpURLConnection.HTTP_NOT_FOUND;
  }
}

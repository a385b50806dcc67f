// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.applying;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.luminate.operator.objects.ObjectKey;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the API server is asked for. Each throws with its answer where it refuses. */
final class Requests {
  /** The owner of the fields that {@code ClusterObjects} names. */
  static final String MANAGER = "luminate-operator";

  /** The owner of a number of pods that nobody else has chosen yet. */
  static final String REPLICAS_MANAGER = "luminate-operator-replicas";

  /**
   * Of nothing that is there. An apply names the version that it is over, so that it is refused
   * (409) where there is another one: what has come since we looked is not written over. Where
   * there is none, the API server makes the object whatever version is named.
   */
  private static final String NO_VERSION = "1";

  private final KubernetesClient kubernetes;

  Requests(KubernetesClient kubernetes) {
    this.kubernetes = kubernetes;
  }

  Optional<HasMetadata> read(HasMetadata like) {
    return Optional.ofNullable(resource(like).get());
  }

  /** Makes it, if there is nothing of its name yet. */
  HasMetadata make(HasMetadata wanted) {
    HasMetadata object = copy(wanted);
    object.getMetadata().setResourceVersion(NO_VERSION);
    return apply(object, MANAGER);
  }

  /** Changes the object with the same UID, whatever its version. */
  HasMetadata change(HasMetadata wanted, HasMetadata live) {
    HasMetadata object = copy(wanted);
    object.getMetadata().setUid(live.getMetadata().getUid());
    return apply(object, MANAGER);
  }

  /** Has the manager own just what is in the object, which names its version. */
  HasMetadata apply(HasMetadata object, String manager) {
    return resource(object).fieldManager(manager).forceConflicts().serverSideApply();
  }

  /** Deletes just this version, and so just this object: no two have the same. */
  void delete(HasMetadata live) {
    resource(live).lockResourceVersion(live.getMetadata().getResourceVersion()).delete();
  }

  /** Optional kinds by the path that they have, as the client would remember that there is none. */
  private Resource<? extends HasMetadata> resource(HasMetadata object) {
    return object instanceof GenericKubernetesResource generic
        ? kubernetes
            .genericKubernetesResources(path(generic))
            .inNamespace(generic.getMetadata().getNamespace())
            .resource(generic)
        : kubernetes.resource(object);
  }

  private static ResourceDefinitionContext path(GenericKubernetesResource object) {
    return OptionalPath.of(OptionalPath.kind(ObjectKey.of(object)).orElseThrow());
  }

  private HasMetadata copy(HasMetadata object) {
    return kubernetes.getKubernetesSerialization().clone(object);
  }

  /** Somebody else was faster: it is gone, has another version, or is another (422, by its UID). */
  static boolean isOvertaken(KubernetesClientException answer) {
    return answer.getCode() == HttpURLConnection.HTTP_CONFLICT
        || causes(answer).anyMatch(cause -> "metadata.uid".equals(cause.getField()));
  }

  private static Stream<StatusCause> causes(KubernetesClientException answer) {
    return Optional.ofNullable(answer.getStatus())
        .map(Status::getDetails)
        .map(StatusDetails::getCauses)
        .stream()
        .flatMap(List::stream);
  }

  /** No answer, as opposed to one that refuses: nothing can be said of any object. */
  static boolean isNoAnswer(KubernetesClientException failure) {
    return failure.getCode() < HttpURLConnection.HTTP_BAD_REQUEST;
  }
}

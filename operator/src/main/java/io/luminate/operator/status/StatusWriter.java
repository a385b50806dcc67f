// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.luminate.crd.LuminateCluster;
import io.luminate.crd.LuminateClusterStatus;
import io.luminate.crd.LuminateResource;
import io.luminate.crd.RetentionPolicy;
import io.luminate.crd.RetentionPolicyStatus;
import io.luminate.crd.StatusCondition;
import io.luminate.crd.TenantQuota;
import io.luminate.crd.TenantQuotaStatus;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes statuses, and nothing where nothing is new, by server-side apply of an object that has
 * nothing else: neither spec nor what others say in the status is touched.
 */
public final class StatusWriter {
  /** Somebody writes all the time; then another pass has to do it. */
  private static final int ATTEMPTS_MAX = 5;

  static final String FIELD_MANAGER = "luminate-operator-status";

  private static final PatchContext APPLY =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager(FIELD_MANAGER)
          .withForce(true)
          .build();

  private final KubernetesClient kubernetes;
  private final EventWriter events;

  public StatusWriter(KubernetesClient kubernetes, EventWriter events) {
    this.kubernetes = kubernetes;
    this.events = events;
  }

  /**
   * Writes the status, and tells people what has changed by it.
   *
   * @param seen with the status that it has, as far as caches know
   * @return whether anything was written: not if nothing is new, or if the resource is gone
   * @throws KubernetesClientException if it could not be written
   */
  public boolean write(LuminateCluster seen, LuminateClusterStatus status) {
    LuminateClusterStatus old = seen.getStatus();
    return write(
        seen,
        new LuminateCluster(),
        status,
        new Change(old == null ? List.of() : old.conditions(), status.conditions()));
  }

  /** As of a cluster. */
  public boolean write(RetentionPolicy seen, RetentionPolicyStatus status) {
    RetentionPolicyStatus old = seen.getStatus();
    return write(
        seen,
        new RetentionPolicy(),
        status,
        new Change(old == null ? List.of() : old.conditions(), status.conditions()));
  }

  /** As of a cluster. */
  public boolean write(TenantQuota seen, TenantQuotaStatus status) {
    TenantQuotaStatus old = seen.getStatus();
    return write(
        seen,
        new TenantQuota(),
        status,
        new Change(old == null ? List.of() : old.conditions(), status.conditions()));
  }

  private <T, R extends LuminateResource<?, T>> boolean write(
      R seen, R fresh, T status, Change change) {
    if (isSame(seen.getStatus(), status, change)) {
      return false;
    }
    fresh.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(seen.getMetadata().getNamespace())
            .withName(seen.getMetadata().getName())
            .withResourceVersion(seen.getMetadata().getResourceVersion())
            .build());
    fresh.setStatus(status);
    boolean isWritten = apply(fresh, seen.getMetadata().getUid(), ATTEMPTS_MAX);
    if (isWritten) {
      events.write(seen, change.events());
    }
    return isWritten;
  }

  /**
   * Over a version of the very resource: of a status no server compares the UID, and another one
   * may have come under the name. What changed in the resource meanwhile stays as it is now, and
   * brings a pass of its own.
   *
   * @return false if the resource is gone
   */
  private boolean apply(LuminateResource<?, ?> fresh, String uid, int attempts) {
    try {
      kubernetes.resource(fresh).subresource("status").patch(APPLY);
      return true;
    } catch (KubernetesClientException refusal) {
      if (refusal.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return false;
      }
      if (refusal.getCode() != HttpURLConnection.HTTP_CONFLICT || attempts == 1) {
        throw refusal;
      }
    }
    Optional<String> version = version(fresh, uid);
    version.ifPresent(fresh.getMetadata()::setResourceVersion);
    return version.isPresent() && apply(fresh, uid, attempts - 1);
  }

  /** That which it has now; empty if it is gone, or another. */
  private Optional<String> version(LuminateResource<?, ?> fresh, String uid) {
    return Optional.ofNullable(kubernetes.resource(fresh).get())
        .map(HasMetadata::getMetadata)
        .filter(live -> live.getUid().equals(uid))
        .map(ObjectMeta::getResourceVersion);
  }

  private <T> boolean isSame(@Nullable T old, T status, Change change) {
    if (old == null) {
      return false;
    }
    Set<String> ours =
        change.after().stream().map(StatusCondition::type).collect(Collectors.toSet());
    return comparable(old, ours).equals(comparable(status, ours));
  }

  /** Of conditions those alone that are ours, in any order. */
  private JsonNode comparable(Object status, Set<String> ours) {
    ObjectNode tree =
        kubernetes.getKubernetesSerialization().convertValue(status, ObjectNode.class);
    TreeMap<String, JsonNode> conditions = new TreeMap<>();
    tree.path("conditions").forEach(one -> conditions.put(one.path("type").asText(), one));
    conditions.keySet().retainAll(ours);
    tree.putArray("conditions").addAll(new ArrayList<>(conditions.values()));
    return tree;
  }
}

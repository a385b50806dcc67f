// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The labels of a cluster's objects. None of the resource's own are copied. */
public final class ObjectLabels {
  /** What the operator watches has it, but for {@link #servers()}. */
  public static final String WATCH = "luminate.io/watch";

  public static final String WATCHED = "true";

  static final String NAME = "app.kubernetes.io/name";
  static final String INSTANCE = "app.kubernetes.io/instance";
  static final String COMPONENT = "app.kubernetes.io/component";
  static final String MANAGED_BY = "app.kubernetes.io/managed-by";

  static final String LUMINATE = "luminate";
  static final String SERVER = "server";
  static final String CLEANUP = "cleanup";

  private ObjectLabels() {}

  /** By which a cluster's servers are selected. It is immutable in workloads, so it stays so. */
  public static Map<String, String> selector(String cluster) {
    return selector(cluster, SERVER);
  }

  /**
   * Of the pods of all clusters' servers, and of what makes them and their volumes. Who takes one
   * away from a pod takes the pod out of its workload and its Services, so a pod that serves has
   * them.
   */
  public static Map<String, String> servers() {
    return Map.of(NAME, LUMINATE, COMPONENT, SERVER);
  }

  /** The name of the cluster that an object says it is of. */
  public static Optional<String> cluster(HasMetadata object) {
    return Optional.ofNullable(object.getMetadata().getLabels())
        .map(labels -> labels.get(INSTANCE));
  }

  /** Those that clean up; no Service selects them. */
  static Map<String, String> selector(String cluster, String component) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put(NAME, LUMINATE);
    labels.put(INSTANCE, cluster);
    labels.put(COMPONENT, component);
    return labels;
  }

  /** Of every object, and of the servers' pods. */
  static Map<String, String> watched(String cluster, String component) {
    Map<String, String> labels = unwatched(cluster, component);
    labels.put(WATCH, WATCHED);
    return labels;
  }

  /** Of pods that nobody looks at. */
  static Map<String, String> unwatched(String cluster, String component) {
    Map<String, String> labels = selector(cluster, component);
    labels.put(MANAGED_BY, "luminate-operator");
    return labels;
  }

  /** Both; of the same label ours, as objects are found by it. */
  static Map<String, String> over(Map<String, String> theirs, Map<String, String> ours) {
    Map<String, String> labels = new LinkedHashMap<>(theirs);
    labels.putAll(ours);
    return labels;
  }
}

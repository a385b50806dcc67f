// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.luminate.crd.LuminateCluster;
import io.luminate.operator.objects.ClusterIdentity;
import java.util.Map;
import java.util.Optional;

/**
 * Metadata as a new object of a cluster gets it. Without its labels nobody watches the object.
 *
 * @param whole not to be changed
 */
record OwnMeta(ObjectMeta whole) {
  static OwnMeta of(LuminateCluster cluster, String name) {
    return new OwnMeta(ClusterIdentity.of(cluster).meta(name));
  }

  Map<String, String> labels() {
    return whole.getLabels();
  }

  /** Whether the object has all of the labels. */
  boolean isOn(HasMetadata object) {
    Map<String, String> live =
        Optional.ofNullable(object.getMetadata().getLabels()).orElse(Map.of());
    return live.entrySet().containsAll(labels().entrySet());
  }
}

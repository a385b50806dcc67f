// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.luminate.crd.LuminateCluster;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Whose an object is, by the UID of its controller: names come again, and labels are anybody's. */
public final class Ownership {
  private Ownership() {}

  /** The UID of what it is owned by as a controller. */
  public static Optional<String> controller(HasMetadata object) {
    return Objects.requireNonNullElse(
            object.getMetadata().getOwnerReferences(), List.<OwnerReference>of())
        .stream()
        .filter(reference -> Boolean.TRUE.equals(reference.getController()))
        .map(OwnerReference::getUid)
        .findFirst();
  }

  /** Whether the cluster owns it. */
  public static boolean isOf(LuminateCluster cluster, HasMetadata object) {
    return controller(object).equals(Optional.of(cluster.getMetadata().getUid()));
  }
}

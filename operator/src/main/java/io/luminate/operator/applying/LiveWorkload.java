// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.applying;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.Optional;

/** What keeps a cluster's pods running, as it is. */
public sealed interface LiveWorkload {
  /** In front of ClickHouse. */
  record OfDeployment(Deployment object) implements LiveWorkload {}

  /** With a volume. */
  record OfStatefulSet(StatefulSet object) implements LiveWorkload {}

  /** Empty for an object of another kind. */
  static Optional<LiveWorkload> of(HasMetadata object) {
    if (object instanceof Deployment deployment) {
      return Optional.of(new OfDeployment(deployment));
    }
    return object instanceof StatefulSet set
        ? Optional.of(new OfStatefulSet(set))
        : Optional.empty();
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.applying;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.Optional;

/** The size of a StatefulSet's volume, which is immutable there: it grows by its claim. */
final class ClaimTemplate {
  private ClaimTemplate() {}

  /**
   * With the size that the StatefulSet was made with. To be asked of what is about to be changed,
   * as one that is made once more gets the size of today.
   */
  static HasMetadata keptFrom(Optional<HasMetadata> live, HasMetadata wanted) {
    return wanted instanceof StatefulSet set
        ? live.flatMap(ClaimTemplate::size)
            .<HasMetadata>map(size -> withSize(set, size))
            .orElse(wanted)
        : wanted;
  }

  private static Optional<Quantity> size(HasMetadata live) {
    return live instanceof StatefulSet set
        ? set.getSpec().getVolumeClaimTemplates().stream()
            .findFirst()
            .map(ClaimGrowth::requestedQuantity)
        : Optional.empty();
  }

  private static StatefulSet withSize(StatefulSet set, Quantity size) {
    return new StatefulSetBuilder(set)
        .editSpec()
        .editFirstVolumeClaimTemplate()
        .editSpec()
        .editResources()
        .addToRequests(ClaimGrowth.STORAGE, size)
        .endResources()
        .endSpec()
        .endVolumeClaimTemplate()
        .endSpec()
        .build();
  }
}

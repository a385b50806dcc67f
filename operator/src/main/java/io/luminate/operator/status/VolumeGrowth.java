// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Optional;

/**
 * How far the volume is.
 *
 * @param asked the size that the resource asks for
 * @param capacity the size that the volume has; empty as long as there is none
 * @param refusal why the claim was not allowed to ask for more, if it was not
 */
public record VolumeGrowth(String asked, Optional<String> capacity, Optional<String> refusal) {
  /** Whether there is a volume that is smaller than what is asked for. */
  boolean isSmaller() {
    Quantity wanted = new Quantity(asked);
    return capacity.filter(size -> new Quantity(size).compareTo(wanted) < 0).isPresent();
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.applying;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Optional;

/** What became of one object. */
sealed interface Written {
  /** It is as it is to be. */
  record Done(HasMetadata live, boolean isChanged) implements Written {}

  /** Somebody else's has its name. */
  record Foreign() implements Written {}

  /** It is not as it is to be. */
  record Refused(Refusal refusal) implements Written {}

  /** Its kind is not there any more. */
  record NoKind() implements Written {}

  /** The object as it was left; empty if it was not. */
  default Optional<HasMetadata> done() {
    return this instanceof Done(HasMetadata live, _) ? Optional.of(live) : Optional.empty();
  }
}

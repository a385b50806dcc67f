// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.applying;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.luminate.operator.objects.ObjectKey;
import java.util.Optional;

/**
 * The objects that are watched, from memory: a look at them is no request. They may be behind, and
 * without their {@code managedFields}; nobody changes them.
 */
@FunctionalInterface
public interface LiveObjects {
  /** Empty for what is not there, and for what is not watched. */
  Optional<HasMetadata> find(String namespace, ObjectKey key);
}

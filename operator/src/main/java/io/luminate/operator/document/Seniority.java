// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.document;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Comparator;
import java.util.Objects;

/** Which of several resources was there first. */
final class Seniority {
  /** After all that Kubernetes writes, which is RFC 3339 in UTC and whole seconds. */
  private static final String NOT_CREATED_YET = "~";

  static final Comparator<HasMetadata> OLDEST_FIRST =
      Comparator.comparing(Seniority::created).thenComparing(Seniority::name);

  private Seniority() {}

  private static String created(HasMetadata resource) {
    return Objects.requireNonNullElse(
        resource.getMetadata().getCreationTimestamp(), NOT_CREATED_YET);
  }

  static String name(HasMetadata resource) {
    return resource.getMetadata().getName();
  }
}

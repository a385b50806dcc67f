// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.applying;

import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.luminate.operator.objects.ObjectKey;
import io.luminate.operator.objects.OptionalKind;
import java.util.Arrays;
import java.util.Optional;

/**
 * Where objects of optional kinds are in the API. Left to find that out, the client would ask for
 * it, remember that there is no such kind, and fail where there is none any more.
 */
public final class OptionalPath {
  private OptionalPath() {}

  /** Which of them an object is of; empty for objects of other kinds. */
  public static Optional<OptionalKind> kind(ObjectKey key) {
    return Arrays.stream(OptionalKind.values())
        .filter(kind -> kind.kind().equals(key.kind()))
        .filter(kind -> kind.apiVersion().equals(key.apiVersion()))
        .findFirst();
  }

  /** That of a kind. */
  public static ResourceDefinitionContext of(OptionalKind kind) {
    String[] groupAndVersion = kind.apiVersion().split("/", -1);
    return new ResourceDefinitionContext.Builder()
        .withGroup(groupAndVersion[0])
        .withVersion(groupAndVersion[1])
        .withKind(kind.kind())
        .withPlural(kind.plural())
        .withNamespaced(true)
        .build();
  }
}

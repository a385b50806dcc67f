// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** An object of the cluster's namespace. */
public record ObjectKey(String apiVersion, String kind, String name) {
  /** That of an object. */
  public static ObjectKey of(HasMetadata object) {
    return new ObjectKey(object.getApiVersion(), object.getKind(), object.getMetadata().getName());
  }
}

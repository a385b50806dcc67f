// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import io.luminate.operator.objects.ObjectKey;

/**
 * An object that is not as the cluster needs it.
 *
 * @param message why; empty where the kind of fault says all
 */
public record ObjectFault(String kind, String name, String message) {
  /** That of an object of the cluster. */
  public static ObjectFault of(ObjectKey object, String message) {
    return new ObjectFault(object.kind(), object.name(), message);
  }

  @Override
  public String toString() {
    return kind + "/" + name + (message.isEmpty() ? "" : ": " + message);
  }
}

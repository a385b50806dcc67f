// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

/**
 * An object that is not as the cluster needs it.
 *
 * @param message why; empty where the kind of fault says all
 * @param isLasting whether it stays so until a person does something; else it is tried again
 */
public record ObjectFault(String kind, String name, String message, boolean isLasting) {
  @Override
  public String toString() {
    return kind + "/" + name + (message.isEmpty() ? "" : ": " + message);
  }
}

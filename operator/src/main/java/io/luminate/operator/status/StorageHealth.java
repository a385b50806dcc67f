// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import io.luminate.crd.ConditionStatus;

/**
 * Whether the storage of a cluster answers, as its pods say.
 *
 * @param available unknown where no pod could be asked
 * @param message for people, without figures that change all the time
 */
public record StorageHealth(ConditionStatus available, String message) {
  /** Nobody was asked. */
  public static StorageHealth notAsked() {
    return new StorageHealth(
        ConditionStatus.UNKNOWN, "No pod has said yet whether its storage answers.");
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

/**
 * What a pod says of its storage.
 *
 * @param error why it is not healthy; "" if it is
 */
public record StorageAnswer(Status status, String error) {
  /** As servers know it. */
  public enum Status {
    HEALTHY,

    /** Writes fail while reads go on. */
    READ_ONLY,

    UNAVAILABLE
  }

  /** The same, but for figures that change all the time. */
  boolean isLike(StorageAnswer other) {
    return status == other.status && withoutFigures(error).equals(withoutFigures(other.error));
  }

  private static String withoutFigures(String text) {
    return text.replaceAll("[0-9]+", "0");
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits;

/**
 * Whose document it is.
 *
 * @param where a path, or the address that it was pushed from
 */
public record Origin(Way way, String where) {
  /** How a document gets here. */
  public enum Way {
    FILE,
    PUSH
  }
}

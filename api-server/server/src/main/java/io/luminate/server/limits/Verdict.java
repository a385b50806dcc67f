// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits;

/** What became of something that has a place in an order. */
public enum Verdict {
  /** It counts from now on. */
  TAKEN,

  /** It is what counts already. */
  SAME,

  /** Something later counts. */
  OUTDATED,

  /** Something else in the same place counts. */
  CONTRADICTED
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits.usage;

/** What comes near a limit and goes away from it again. */
interface Nearing {
  LimitUse.Key key();

  /** From 80 % on: time to say so. */
  boolean isNear();

  /** Below 75 %: nothing to say any more. */
  boolean isFar();

  /** For the log. */
  String warning();
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

/** How far written points have moved into a store; each answer has to be the same in all. */
public enum Stage {
  /** Just written. */
  HEAD,
  /** In the form in which they stay: segments, parts. */
  SEALED,
  /** Joined with what was sealed before. */
  MERGED,
  /** Read back by a store that was closed and opened again. */
  REOPENED
}

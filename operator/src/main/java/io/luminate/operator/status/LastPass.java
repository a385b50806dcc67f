// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import io.luminate.operator.publishing.Publication;

/** What is known of a cluster's limits document. */
public sealed interface LastPass {
  /** No pass has been made yet, as there is something in its way. */
  record None() implements LastPass {}

  /** A pass came to its end. */
  record Done(Publication publication) implements LastPass {}

  /**
   * A pass failed, at objects or at the document, so that neither is known to be as asked for.
   *
   * @param message for people; it is bounded and secrets are hidden, whatever it is
   */
  record Failed(String message) implements LastPass {}
}

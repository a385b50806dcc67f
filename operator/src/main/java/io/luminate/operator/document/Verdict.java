// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.document;

/** What becomes of a quota or a policy. */
public sealed interface Verdict {
  /** Whether the document has it. */
  default boolean isAccepted() {
    return this instanceof Accepted || this instanceof Superseded;
  }

  /** It is in the document. */
  record Accepted() implements Verdict {}

  /** It is in the document, but for each of its metrics another policy comes before it. */
  record Superseded(String by) implements Verdict {}

  /** Another quota is for the same tenant, and older. */
  record Conflicted(String winner) implements Verdict {}

  /** The cluster has as many policies as a document may have. */
  record TooManyPolicies(int max) implements Verdict {}

  /** The document would be larger than a ConfigMap can be. */
  record DocumentFull(int gzipBytesMax) implements Verdict {}

  /** What no server takes. The schema of the resource refuses it, unless it was once another. */
  record Invalid(String message) implements Verdict {}
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

/** What became of a pass. */
public sealed interface Outcome {
  /** The ConfigMap has the document, and pods were told it. */
  record Published() implements Outcome {}

  /**
   * The cluster is paused; nothing was written, and nobody was told anything.
   *
   * @param hasChanges whether there is something that was not published
   */
  record Paused(boolean hasChanges) implements Outcome {}

  /**
   * An object that it needs is somebody else's. Nothing was published.
   *
   * @param object its kind and name
   */
  record NameConflict(String object) implements Outcome {}

  /**
   * The API server refuses an object that it needs. Nothing was published.
   *
   * @param object its kind and name
   * @param isThere whether there is one of the cluster's, which goes on as it is
   */
  record Refused(String object, boolean isThere) implements Outcome {}

  /**
   * Somebody else wrote the object since it was read: another operator that leads now, or a person.
   * Nothing was published; the next pass sees what they wrote.
   *
   * @param object its kind and name
   */
  record Overtaken(String object) implements Outcome {}
}

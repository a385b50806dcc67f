// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import io.luminate.model.RetentionHold;
import java.util.List;
import java.util.Optional;

/**
 * How far a store is with what it was told about retention.
 *
 * @param documentVersion that it follows; 0: of no document, or one without a version
 * @param waiting bytes that stay although no query sees them
 * @param ttl where the database behind the store frees by itself
 */
public record RetentionStatus(
    long documentVersion, List<RetentionHold> waiting, Optional<Ttl> ttl) {
  public RetentionStatus {
    waiting = List.copyOf(waiting);
  }

  /**
   * The change of the database's own expiry.
   *
   * @param version counts changes, from 1
   * @param done whether all that is stored follows it
   * @param partsToDo parts that do not follow it yet, as far as known
   * @param failure why it does not go on, empty if nothing is known to be wrong
   */
  public record Ttl(long version, boolean done, long partsToDo, String failure) {}
}

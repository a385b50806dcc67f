// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import java.util.Optional;

/**
 * How far a server is with the retention that it was told.
 *
 * @param documentVersion that bytes follow, in front of a shared database the one of all servers; 0
 *     of none
 * @param ttl where the database behind it frees by itself
 */
public record RetentionProgress(long documentVersion, Optional<Ttl> ttl) {
  /**
   * The change of the database's own expiry.
   *
   * @param done whether all that is stored follows it
   * @param partsToDo parts that do not yet
   * @param error why it does not go on
   */
  public record Ttl(boolean done, long partsToDo, Optional<String> error) {
    /** What is known of it where two servers have said something of the same change. */
    public Ttl worst(Ttl other) {
      return new Ttl(
          done && other.done, Math.max(partsToDo, other.partsToDo), error.or(other::error));
    }
  }
}

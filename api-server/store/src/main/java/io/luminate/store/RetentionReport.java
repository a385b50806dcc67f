// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import java.util.Optional;

/**
 * What one retention run did.
 *
 * @param freed empty where the database behind the store frees in its own time
 */
public record RetentionReport(Optional<Freed> freed, RetentionStatus status) {
  /**
   * Gone from the disk. What was expired but shares files with points that stay goes later.
   *
   * @param parts files or other units that went as a whole
   */
  public record Freed(long parts, long points, long bytes) {}
}

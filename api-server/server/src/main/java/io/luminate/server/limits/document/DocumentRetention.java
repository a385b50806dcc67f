// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits.document;

import io.luminate.model.RetentionHold;
import io.luminate.model.RetentionPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a document says about retention.
 *
 * @param fallback where no policy fits; absent: the configuration's
 * @param held absent: the server finds out by itself what it has to hold
 */
public record DocumentRetention(
    Optional<Duration> fallback,
    List<RetentionPolicy> policies,
    Optional<List<RetentionHold>> held) {
  /** As many as policies can leave behind: those of one document, each replaced by another. */
  public static final int HELD_MAX = 1_024;

  static final int NAME_LENGTH_MAX = 253;

  public DocumentRetention {
    policies = List.copyOf(policies);
    held = held.map(List::copyOf);
  }
}

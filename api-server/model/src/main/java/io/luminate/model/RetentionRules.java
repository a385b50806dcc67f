// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.model;

import java.util.List;
import java.util.Optional;

/**
 * What somebody wants retention to be.
 *
 * @param policies what queries are clipped by
 * @param document of the document that says so; empty: it is the configuration of one process, over
 *     which what was set for single metrics wins
 */
public record RetentionRules(RetentionPolicies policies, Optional<Document> document) {
  /**
   * A document is the only source of retention.
   *
   * @param version 0: it has none
   * @param holds what its author holds; empty: nobody said, so that the store finds out by itself
   */
  public record Document(long version, Optional<List<RetentionHold>> holds) {
    public Document {
      holds = holds.map(List::copyOf);
    }
  }

  public static RetentionRules configured(RetentionPolicies policies) {
    return new RetentionRules(policies, Optional.empty());
  }

  public static RetentionRules ofDocument(
      RetentionPolicies policies, long version, Optional<List<RetentionHold>> holds) {
    return new RetentionRules(policies, Optional.of(new Document(version, holds)));
  }
}

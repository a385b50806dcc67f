// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import io.luminate.operator.publishing.PodAnswers;

/** The cluster that a policy or a quota is for. */
public sealed interface ClusterView {
  /** There is none of that name in the namespace. */
  record Missing(String name) implements ClusterView {}

  /**
   * It is there.
   *
   * @param lastPass over it, and with it over the resource, if that was there already
   * @param hasTtl whether its storage changes what it has stored when a retention changes, so that
   *     it takes its time: ClickHouse
   * @param answers what its pods have said of themselves
   */
  record Present(LastPass lastPass, boolean hasTtl, PodAnswers answers) implements ClusterView {}
}

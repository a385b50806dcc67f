// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import io.luminate.crd.StatusCondition;
import io.luminate.operator.publishing.NearLimit;
import io.luminate.operator.publishing.PodAnswers;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;

/** Whether a tenant uses most of a limit, as the cluster's pods say. */
final class NearLimits {
  /** How many more there are would change all the time. */
  private static final int NAMED_MAX = 3;

  private NearLimits() {}

  /**
   * Works it out. From where on it is near, and until when, is for servers to say.
   *
   * @param before the conditions that the quota has, which count while pods had no time to answer
   */
  static Finding of(String tenant, ClusterView cluster, List<StatusCondition> before) {
    PodAnswers answers =
        cluster instanceof ClusterView.Present present ? present.answers() : PodAnswers.NONE;
    return Optional.ofNullable(answers.near().get(tenant))
        .map(near -> Finding.yes(Reason.NEAR_LIMIT, text(near)))
        .or(() -> Optional.of(far()).filter(_ -> answers.isUseKnown()))
        .or(() -> Finding.before(before, ConditionType.NEAR_LIMIT).filter(_ -> answers.isEarly()))
        .orElseGet(
            () -> Finding.unknown(Reason.NOT_MEASURED, "No pod has said what the tenant uses."));
  }

  private static Finding far() {
    return Finding.no(Reason.FAR_FROM_LIMITS, "The tenant is near none of its limits.");
  }

  private static String text(NavigableSet<NearLimit> near) {
    List<String> named = near.stream().limit(NAMED_MAX).map(NearLimits::text).toList();
    String others = near.size() > NAMED_MAX ? "; and others" : "";
    return "The tenant is near " + String.join("; ", named) + others + ".";
  }

  private static String text(NearLimit near) {
    return near.metric().isEmpty() ? near.limit() : near.limit() + " of metric " + near.metric();
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import io.fabric8.kubernetes.api.model.Pod;
import io.luminate.crd.ConditionStatus;
import io.luminate.crd.StatusCondition;
import io.luminate.operator.publishing.PodAnswers;
import io.luminate.operator.publishing.StorageAnswer;
import java.util.List;
import java.util.Optional;

/**
 * Whether the storage of a cluster answers, as its pods say.
 *
 * @param available unknown where no pod has said it
 * @param message for people, without figures that change all the time
 */
public record StorageHealth(ConditionStatus available, Reason reason, String message) {
  /** What servers say, whichever way, of a database that is another cluster's. */
  private static final String OWNED = "DATABASE_OWNED";

  /** As long as no pod has said anything. */
  public static StorageHealth unknown() {
    return new StorageHealth(
        ConditionStatus.UNKNOWN,
        Reason.STORAGE_UNKNOWN,
        "No pod says whether its storage answers.");
  }

  static StorageHealth answers() {
    return new StorageHealth(
        ConditionStatus.TRUE, Reason.STORAGE_ANSWERS, "Storage answers the pods.");
  }

  /** Of what pods say is wrong. */
  static StorageHealth away(String message) {
    Reason reason = message.contains(OWNED) ? Reason.DATABASE_OWNED : Reason.STORAGE_UNAVAILABLE;
    return new StorageHealth(ConditionStatus.FALSE, reason, message);
  }

  /**
   * Works it out.
   *
   * @param pods of which some may have ended at their start for it
   * @param before the conditions that the cluster has, which count while pods had no time to answer
   */
  public static StorageHealth of(PodAnswers answers, List<Pod> pods, List<StatusCondition> before) {
    List<String> errors =
        answers.storage().values().stream()
            .filter(answer -> answer.status() != StorageAnswer.Status.HEALTHY)
            .map(StorageHealth::text)
            .distinct()
            .sorted()
            .toList();
    if (!errors.isEmpty()) {
      return away((isAnyHealthy(answers) ? "Of some pods: " : "") + Sentences.list(errors));
    }
    if (!answers.storage().isEmpty()) {
      return answers();
    }
    return PodFaults.first(pods)
        .filter(fault -> fault.message().contains(OWNED))
        .map(fault -> away(fault.message()))
        .or(() -> before(before).filter(_ -> answers.isEarly()))
        .orElseGet(StorageHealth::unknown);
  }

  private static boolean isAnyHealthy(PodAnswers answers) {
    return answers.storage().values().stream()
        .anyMatch(answer -> answer.status() == StorageAnswer.Status.HEALTHY);
  }

  private static String text(StorageAnswer answer) {
    return answer.status() == StorageAnswer.Status.READ_ONLY
        ? "no writes are taken: " + answer.error()
        : answer.error();
  }

  private static Optional<StorageHealth> before(List<StatusCondition> conditions) {
    return Finding.before(conditions, ConditionType.STORAGE_AVAILABLE)
        .map(found -> new StorageHealth(found.status(), found.reason(), found.message()));
  }
}

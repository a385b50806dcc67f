// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import static io.luminate.operator.status.Observed.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.luminate.crd.ConditionStatus;
import io.luminate.crd.StatusCondition;
import io.luminate.operator.publishing.PodAnswers;
import io.luminate.operator.publishing.StorageAnswer;
import io.luminate.operator.publishing.StorageAnswer.Status;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class StorageHealthTest {
  private static final StorageAnswer WELL = new StorageAnswer(Status.HEALTHY, "");
  private static final StorageAnswer AWAY =
      new StorageAnswer(Status.UNAVAILABLE, "ClickHouse does not answer");
  private static final StorageAnswer FULL = new StorageAnswer(Status.READ_ONLY, "the disk is full");

  private static StorageHealth of(Map<String, StorageAnswer> answers) {
    return StorageHealth.of(said(answers, false), List.of(), List.of());
  }

  private static PodAnswers said(Map<String, StorageAnswer> answers, boolean isEarly) {
    return new PodAnswers(answers, Map.of(), false, isEarly);
  }

  @Test
  void podsThatAreAllWell_haveStorage() {
    assertThat(of(Map.of("a", WELL, "b", WELL))).isEqualTo(StorageHealth.answers());
  }

  @Test
  void oneThatIsNot_isEnough() {
    assertThat(of(Map.of("a", AWAY, "b", AWAY)))
        .isEqualTo(StorageHealth.away("ClickHouse does not answer"));
    assertThat(of(Map.of("a", WELL, "b", AWAY)))
        .isEqualTo(StorageHealth.away("Of some pods: ClickHouse does not answer"));
    assertThat(of(Map.of("a", FULL)))
        .isEqualTo(StorageHealth.away("no writes are taken: the disk is full"));
  }

  @Test
  void nobodyWhoSaysIt_isUnknown() {
    assertThat(of(Map.of())).isEqualTo(StorageHealth.unknown());
  }

  @Test
  void databaseOfAnother_isSaidByAServerThatEndsOrGoesOn() {
    Pod ended =
        pod(
            "a",
            "{containerStatuses: [{name: server, state: {waiting: {reason: CrashLoopBackOff}},"
                + " lastState: {terminated: {exitCode: 3, message: \"luminate-server could not"
                + " start: DATABASE_OWNED: database d belongs to b/c\"}}}]}");
    StorageHealth start = StorageHealth.of(PodAnswers.NONE, List.of(ended), List.of());
    assertThat(start.available()).isEqualTo(ConditionStatus.FALSE);
    assertThat(start.reason()).isEqualTo(Reason.DATABASE_OWNED);
    assertThat(start.message()).contains("database d belongs to b/c");
    StorageAnswer late =
        new StorageAnswer(Status.UNAVAILABLE, "the database cannot be used: DATABASE_OWNED");
    assertThat(of(Map.of("a", late)).reason()).isEqualTo(Reason.DATABASE_OWNED);
  }

  @Test
  void operatorThatHasJustBegun_goesOnWithWhatWasSaid() {
    List<StatusCondition> before = away().status().conditions();
    assertThat(StorageHealth.of(said(Map.of(), true), List.of(), before))
        .isEqualTo(StorageHealth.away("Away."));
    assertThat(StorageHealth.of(said(Map.of("a", WELL), true), List.of(), before))
        .isEqualTo(StorageHealth.answers());
    assertThat(StorageHealth.of(said(Map.of(), false), List.of(), before))
        .isEqualTo(StorageHealth.unknown());
  }

  private static Observed away() {
    Observed seen = new Observed();
    seen.storage = StorageHealth.away("Away.");
    return seen;
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import static io.luminate.operator.status.Observed.LATER;
import static io.luminate.operator.status.Observed.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.crd.LuminateClusterStatus;
import io.luminate.crd.StatusCondition;
import io.luminate.operator.objects.SecretValue;
import io.luminate.operator.publishing.Outcome;
import io.luminate.operator.publishing.PodReport.State;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds of every status, whatever was seen. */
class RandomStatusTest {
  private static final long SEED = 20260301;
  private static final int ROUNDS = 2_000;

  @Test
  void anyObservation_isSaidInFull() {
    Random random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      Observed seen = any(random);
      LuminateClusterStatus status = seen.status();
      String where = "seed " + SEED + ", round " + round;
      assertThat(status.conditions())
          .as(where)
          .extracting(StatusCondition::type)
          .containsExactly(
              "Ready",
              "Progressing",
              "Degraded",
              "StorageAvailable",
              "ConfigurationInSync",
              "Paused",
              "Stalled");
      assertThat(status.conditions())
          .as(where)
          .allSatisfy(
              one -> {
                assertThat(Reason.of(one.reason())).isPresent();
                assertThat(one.message()).isNotBlank().hasSizeLessThan(OneLine.CHARS_MAX + 1);
                assertThat(one.observedGeneration()).isEqualTo(7);
              });
    }
  }

  @Test
  void sameObservationLater_saysTheSame() {
    Random random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      Observed seen = any(random);
      LuminateClusterStatus status = seen.status();
      seen.cluster.setStatus(status);
      assertThat(ClusterStatus.of(seen.observation(), LATER))
          .as("seed %d, round %d", SEED, round)
          .isEqualTo(status);
    }
  }

  @Test
  void anotherObservation_movesTheTimeOfWhatBecameAnother() {
    Random random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      LuminateClusterStatus before = any(random).status();
      Observed next = any(random);
      next.cluster.setStatus(before);
      List<StatusCondition> after = ClusterStatus.of(next.observation(), LATER).conditions();
      for (int i = 0; i < after.size(); i++) {
        boolean isSame = before.conditions().get(i).status() == after.get(i).status();
        assertThat(after.get(i).lastTransitionTime())
            .as("seed %d, round %d: %s", SEED, round, after.get(i))
            .isEqualTo((isSame ? NOW : LATER).toString());
      }
    }
  }

  private static Observed any(Random random) {
    Observed seen = new Observed();
    seen.cluster = Observed.cluster(random.nextInt(4) == 0 ? "paused: true" : "");
    seen.workload =
        random.nextInt(5) == 0
            ? Optional.empty()
            : Optional.of(
                Observed.deployment(
                    random.nextInt(4), random.nextInt(5), random.nextInt(4), random.nextInt(5)));
    seen.lastPass = pass(random);
    seen.conflicts = some(random, new ObjectFault("Service", "main", "", true));
    seen.refusals = some(random, new ObjectFault("Deployment", "main", "no\nroom", true));
    seen.missingSecrets = some(random, new SecretValue("s", "k"));
    seen.ignoredVariables = some(random, "LUMINATE_SERVER_PORT");
    seen.claim =
        some(
                random,
                new VolumeGrowth(
                    "2Gi", Optional.of(random.nextBoolean() ? "1Gi" : "2Gi"), some(random)))
            .stream()
            .findFirst();
    List<StorageHealth> all =
        List.of(
            StorageHealth.unknown(),
            StorageHealth.answers(),
            StorageHealth.away("Said."),
            StorageHealth.away("DATABASE_OWNED"));
    seen.storage = all.get(random.nextInt(all.size()));
    return seen;
  }

  private static LastPass pass(Random random) {
    State[] states = {
      new State.Applied(),
      new State.Behind(),
      new State.Refused("x".repeat(random.nextInt(500))),
      new State.Unreachable("timeout"),
      new State.VersionTooHigh(1L << 53)
    };
    Outcome[] outcomes = {
      new Outcome.Published(),
      new Outcome.Paused(random.nextBoolean()),
      new Outcome.NameConflict("ConfigMap/main-limits"),
      new Outcome.Refused("ConfigMap/main-limits", true),
      new Outcome.Overtaken("ConfigMap/main-limits")
    };
    return switch (random.nextInt(6)) {
      case 0 -> new LastPass.None();
      case 1 -> new LastPass.Failed("a\nb");
      default ->
          Observed.pass(
              outcomes[random.nextInt(outcomes.length)],
              Observed.document(List.of(), List.of()),
              Observed.report("a", states[random.nextInt(states.length)]),
              Observed.report("b", states[random.nextInt(states.length)]));
    };
  }

  private static Optional<String> some(Random random) {
    return random.nextBoolean() ? Optional.of("no") : Optional.empty();
  }

  private static <T> List<T> some(Random random, T one) {
    return random.nextInt(4) == 0 ? List.of(one) : List.of();
  }
}

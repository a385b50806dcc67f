// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.luminate.crd.StatusCondition;
import io.luminate.operator.objects.SecretValue;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ChangeTest {
  private static final List<StatusCondition> WELL = new Observed().status().conditions();

  @Test
  void sameStatus_isNoEvent() {
    assertThat(new Change(WELL, WELL).events()).isEmpty();
  }

  @Test
  void reasonOfManyConditions_isToldOnce() {
    List<StatusCondition> after =
        with(seen -> seen.missingSecrets = List.of(new SecretValue("s", "k")));
    List<Telltale> events = new Change(WELL, after).events();
    assertThat(events).extracting(Telltale::reason).containsExactly(Reason.SECRET_NOT_FOUND);
    assertThat(events.getFirst().type()).isEqualTo("Warning");
    assertThat(events.getFirst().note()).contains("Secret s (key k)");
  }

  @Test
  void recovery_isTold() {
    List<StatusCondition> before =
        with(seen -> seen.missingSecrets = List.of(new SecretValue("s", "k")));
    assertThat(new Change(before, WELL).events())
        .extracting(Telltale::type, one -> one.reason().text())
        .containsExactly(tuple("Normal", "Serving"));
  }

  @Test
  void rollout_namesTheImage() {
    List<StatusCondition> after =
        with(seen -> seen.workload = Optional.of(Observed.deployment(3, 4, 3, 1)));
    assertThat(new Change(WELL, after).events())
        .singleElement()
        .satisfies(event -> assertThat(event.note()).contains("ghcr.io:443/luminate/server:0.1.0"));
  }

  @Test
  void messageThatChanges_isNoEvent() {
    List<StatusCondition> before =
        with(seen -> seen.conflicts = List.of(new ObjectFault("Service", "main", "", true)));
    List<StatusCondition> after =
        with(seen -> seen.conflicts = List.of(new ObjectFault("Service", "other", "", true)));
    assertThat(new Change(before, after).events()).isEmpty();
  }

  @Test
  void budget_isBoundedForEachResourceAndForAll() {
    EventBudget budget = new EventBudget();
    Instant now = Observed.NOW;
    assertThat(taken(budget, "a", now)).isEqualTo(EventBudget.RESOURCE_BURST);
    assertThat(taken(budget, "a", now.plus(Duration.ofMinutes(2)))).isEqualTo(2);
    int all = 0;
    for (int i = 0; i < 1000; i++) {
      all += taken(budget, "other-" + i, now.plus(Duration.ofMinutes(2)));
    }
    assertThat(all).isEqualTo(EventBudget.TOTAL_BURST - 2);
  }

  private static int taken(EventBudget budget, String uid, Instant now) {
    int count = 0;
    while (budget.take(uid, now)) {
      count++;
    }
    return count;
  }

  private static List<StatusCondition> with(Consumer<Observed> change) {
    Observed seen = new Observed();
    change.accept(seen);
    return seen.status().conditions();
  }
}

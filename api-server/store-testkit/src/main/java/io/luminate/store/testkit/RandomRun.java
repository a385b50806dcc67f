// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import io.luminate.store.MetricsStore;
import java.util.function.Function;

/** One random run of the contract by itself, for a store whose cases all together take long. */
public final class RandomRun {
  private RandomRun() {}

  /**
   * Compares a store with the reference on seeded data and questions.
   *
   * @param questions of each kind, after each of six rounds of writing
   * @param open an empty store; closed in the end
   */
  public static void check(
      long seed, int points, int questions, Function<ContractSettings, MetricsStore> open) {
    check(seed, points, questions, false, open);
  }

  /** The same of a store whose answers may leave out how many series there were. */
  public static void checkWithoutSeries(
      long seed, int points, int questions, Function<ContractSettings, MetricsStore> open) {
    check(seed, points, questions, true, open);
  }

  private static void check(
      long seed,
      int points,
      int questions,
      boolean withoutSeries,
      Function<ContractSettings, MetricsStore> open) {
    try (StoreFixture tested =
        new StoreFixture(open, (store, stage) -> store, Stage.HEAD, DifferentialRun.RETENTION)) {
      tested.leavingOutSeries(withoutSeries);
      new DifferentialRun(seed, points, questions, tested).run();
    }
  }
}

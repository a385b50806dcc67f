// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import io.luminate.store.MetricsStore;
import java.util.function.Consumer;
import java.util.function.Function;

/** One random run of the contract by itself, for a store whose cases all together take long. */
public final class RandomRun {
  private RandomRun() {}

  /**
   * Compares a store with the reference on seeded data and questions.
   *
   * @param questions of each kind, after each of six rounds of writing
   * @param open an empty store; closed in the end
   * @param merge brings together what the store wrote by itself, as it would in time
   */
  public static void check(
      long seed,
      int points,
      int questions,
      Function<ContractSettings, MetricsStore> open,
      Consumer<MetricsStore> merge) {
    check(seed, points, questions, false, open, merge);
  }

  /** The same of a store whose answers may leave out how many series there were. */
  public static void checkWithoutSeries(
      long seed,
      int points,
      int questions,
      Function<ContractSettings, MetricsStore> open,
      Consumer<MetricsStore> merge) {
    check(seed, points, questions, true, open, merge);
  }

  private static void check(
      long seed,
      int points,
      int questions,
      boolean withoutSeries,
      Function<ContractSettings, MetricsStore> open,
      Consumer<MetricsStore> merge) {
    try (StoreFixture tested =
        new StoreFixture(
            open,
            (store, stage) -> settled(store, stage, merge),
            Stage.HEAD,
            DifferentialRun.RETENTION)) {
      tested.leavingOutSeries(withoutSeries);
      new DifferentialRun(seed, points, questions, tested).run();
    }
  }

  private static MetricsStore settled(
      MetricsStore store, Stage stage, Consumer<MetricsStore> merge) {
    switch (stage) {
      case SEALED, MERGED -> merge.accept(store);
      case HEAD, REOPENED -> {}
    }
    return store;
  }
}

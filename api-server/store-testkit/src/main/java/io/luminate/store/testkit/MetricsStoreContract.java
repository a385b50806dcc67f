// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import io.luminate.model.RetentionPolicies;
import io.luminate.store.MetricsStore;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * What every store has to answer. A store's test extends this and says how to open one; all cases
 * come with it. System properties: {@code luminate.contract.seeds}, how many random runs; {@code
 * luminate.contract.seed}, the first one's seed; {@code luminate.contract.points}, the size of
 * each.
 */
public abstract class MetricsStoreContract
    implements WriteCases,
        RangeCases,
        AggregateCases,
        OverflowCases,
        OverflowSeriesCases,
        GroupCases,
        BucketCases,
        FilterCases,
        RateCases,
        DiscoveryCases,
        BreakdownCases,
        DeleteCases,
        FigureCases,
        RetentionCases,
        IdempotencyCases,
        TenantCases,
        ConcurrencyCases,
        ControlCases {
  private static final int SEEDS = Integer.getInteger("luminate.contract.seeds", 3);
  static final long FIRST_SEED = Long.getLong("luminate.contract.seed", 1);
  private static final int POINTS = Integer.getInteger("luminate.contract.points", 12_000);

  private static final int QUESTIONS = 25;

  private static final long SOAK_FIRST_SEED = 1_000_000;
  private static final int SOAK_SEEDS_FACTOR = 20;
  private static final int SOAK_POINTS_FACTOR = 10;

  private @Nullable StoreFixture fixture;

  /** Opens an empty store. */
  protected abstract MetricsStore open(ContractSettings settings);

  /**
   * Moves all written points to the stage; when it returns they are there.
   *
   * @return the store to go on with: the same one, or for REOPENED its successor
   */
  protected MetricsStore settle(MetricsStore store, Stage stage) {
    return store;
  }

  /** Where the points of the named cases are when they are asked for. */
  protected Stage stage() {
    return Stage.HEAD;
  }

  /** Random runs. They pass through all stages, so that one class of several need have them. */
  protected int seeds() {
    return stage() == Stage.HEAD ? SEEDS : 0;
  }

  /** Of each kind, that a random run asks in each of its six rounds. */
  protected int questions() {
    return QUESTIONS;
  }

  /** Whether answers may leave out how many series there were; one named case asks for them. */
  protected boolean leavesOutSeries() {
    return false;
  }

  @Override
  public final StoreFixture given() {
    if (fixture == null) {
      fixture = fixture(RetentionPolicies.keepFor(StoreFixture.RETENTION));
    }
    return fixture;
  }

  private StoreFixture fixture(RetentionPolicies retention) {
    return new StoreFixture(this::open, this::settle, stage(), retention)
        .leavingOutSeries(leavesOutSeries());
  }

  @AfterEach
  final void closeStore() {
    if (fixture != null) {
      fixture.close();
      fixture = null;
    }
  }

  @TestFactory
  final Stream<DynamicTest> randomData_randomQueries_sameAsReference() {
    return runs(FIRST_SEED, seeds(), POINTS);
  }

  @Tag("soak")
  @TestFactory
  final Stream<DynamicTest> randomData_manySeeds_sameAsReference() {
    return runs(SOAK_FIRST_SEED, seeds() * SOAK_SEEDS_FACTOR, POINTS);
  }

  @Tag("soak")
  @TestFactory
  final Stream<DynamicTest> randomData_muchOfIt_sameAsReference() {
    return runs(2 * SOAK_FIRST_SEED, seeds(), POINTS * SOAK_POINTS_FACTOR);
  }

  private Stream<DynamicTest> runs(long firstSeed, int seeds, int points) {
    return LongStream.range(firstSeed, firstSeed + seeds)
        .mapToObj(
            seed -> DynamicTest.dynamicTest("seed " + seed, () -> runDifferential(seed, points)));
  }

  private void runDifferential(long seed, int points) {
    try (StoreFixture underTest = fixture(DifferentialRun.RETENTION)) {
      new DifferentialRun(seed, points, questions(), underTest).run();
    }
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.store.QueryControl;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SortableValuesTest {
  private static final long SEED = Long.getLong("luminate.seed", 1);

  @Test
  void of_keepsOrderAndBits() {
    double[] ordered = {
      Double.NEGATIVE_INFINITY, -1e300, -1, -Double.MIN_VALUE, -0.0, 0.0, 1e-300, 1, Double.NaN
    };
    for (int i = 0; i < ordered.length; i++) {
      assertThat(SortableValues.toDouble(SortableValues.of(ordered[i])))
          .isEqualTo(Double.valueOf(ordered[i]));
      if (i > 0) {
        assertThat(SortableValues.of(ordered[i])).isGreaterThan(SortableValues.of(ordered[i - 1]));
      }
    }
  }

  @Test
  void percentile_random() {
    Random random = new Random(SEED);
    QueryControl control = QueryControl.withTimeout(Duration.ofMinutes(1));
    for (int round = 0; round < 300; round++) {
      int size = 1 + random.nextInt(round < 290 ? 500 : 100_000);
      int distinct = 1 + random.nextInt(size);
      boolean ascending = random.nextInt(4) == 0;
      double[] values = random.doubles(size).map(d -> Math.floor(d * distinct)).toArray();
      if (ascending) {
        Arrays.sort(values);
      }
      long[] sortable = Arrays.stream(values).mapToLong(SortableValues::of).toArray();
      double fraction = random.nextBoolean() ? 0.95 : random.nextDouble();
      double found = SortableValues.percentile(sortable, 0, size, fraction, control);
      Arrays.sort(values);
      double rank = fraction * (size - 1);
      double low = values[(int) rank];
      double high = values[Math.min(size - 1, (int) rank + 1)];
      assertThat(found)
          .as("seed %s round %s", SEED, round)
          .isEqualTo(low + (high - low) * (rank - (int) rank));
    }
  }

  @Test
  void between_farApart_staysFinite() {
    assertThat(SortableValues.between(-Double.MAX_VALUE, Double.MAX_VALUE, 0.5)).isZero();
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.cardinality;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.TenantId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WholeCountsTest {
  private static final int ROW_BYTES = 1 << 20;

  private final WholeCounts counts = new WholeCounts();

  private static MetricName name(int number) {
    return new MetricName(new TenantId("acme"), "m" + number);
  }

  private static List<MetricCount.Row> rows() {
    return List.of(new MetricCount.Row(1, 1, new byte[ROW_BYTES]));
  }

  @Test
  void add_moreThanItsBytes_hasNoRoomUntilSomeAreWritten() {
    int fit = (int) (WholeCounts.BYTES_MAX / ROW_BYTES) - 1;
    for (int i = 0; i < fit; i++) {
      assertThat(counts.add(name(i), rows())).isTrue();
    }
    assertThat(counts.add(name(fit), rows())).isFalse();
    assertThat(counts.add(name(0), rows())).as("in place of others").isTrue();
    counts.written(counts.all());
    assertThat(counts.add(name(fit), rows())).isTrue();
    assertThat(counts.all()).containsOnlyKeys(name(fit));
  }

  @Test
  void written_replacedMeanwhile_goesOnWaiting() {
    counts.add(name(0), rows());
    Map<MetricName, List<MetricCount.Row>> before = counts.all();
    counts.add(name(0), List.of(new MetricCount.Row(1, 2, new byte[1])));
    counts.written(before);
    assertThat(counts.all()).containsOnlyKeys(name(0));
  }
}

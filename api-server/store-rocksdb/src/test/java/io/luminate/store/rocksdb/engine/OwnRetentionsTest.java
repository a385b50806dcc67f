// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.model.TenantId;
import io.luminate.store.ErrorCode;
import io.luminate.store.OwnRetentions;
import io.luminate.store.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnRetentionsTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final Duration WEEK = Duration.ofDays(7);

  @TempDir Path folder;

  private RocksMetricsStore open() {
    return RocksMetricsStore.open(folder, ByHand.options(InstantSource.system()));
  }

  @Test
  void setRetention_moreThanATenantMayHave_isRefused_alsoAfterAStart() {
    try (RocksMetricsStore store = open()) {
      for (int i = 0; i < OwnRetentions.OF_TENANT_MAX; i++) {
        store.setRetention(ACME, "m" + i, WEEK);
      }
      assertRefused(store);
      store.setRetention(new TenantId("globex"), "more", WEEK);
    }
    try (RocksMetricsStore store = open()) {
      assertRefused(store);
      store.setRetention(ACME, "m1", Duration.ofDays(3));
      assertThat(store.engine().retention().of(ACME, "m1")).isEqualTo(Duration.ofDays(3));
      assertThat(store.engine().retention().of(ACME, "more")).isEqualTo(Duration.ofDays(30));
    }
  }

  private static void assertRefused(RocksMetricsStore store) {
    assertThatThrownBy(() -> store.setRetention(ACME, "more", WEEK))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_QUERY))
        .hasMessage("the tenant has set a retention of its own for 64 metrics, and may for 64");
  }
}

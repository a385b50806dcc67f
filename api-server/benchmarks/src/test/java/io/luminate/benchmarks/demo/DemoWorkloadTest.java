// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.model.RetentionPolicies;
import io.luminate.model.TenantId;
import io.luminate.server.http.json.PointDecoder;
import io.luminate.server.ingest.Admission;
import io.luminate.server.ingest.DecodedBatch;
import io.luminate.server.ingest.IngestScope;
import io.luminate.server.ingest.PointRules;
import io.luminate.server.ingest.SeriesCache;
import io.luminate.store.reference.ReferenceStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

final class DemoWorkloadTest {
  private static final long NOW = 1_767_225_600_000L;
  private static final long HOUR_MILLIS = 3_600_000;

  @Test
  void batch_sameSeed_sameText() {
    assertThat(new DemoWorkload(7).batch(NOW, 500)).isEqualTo(new DemoWorkload(7).batch(NOW, 500));
    assertThat(new DemoWorkload(7).batch(NOW, 500))
        .isNotEqualTo(new DemoWorkload(8).batch(NOW, 500));
  }

  @Test
  void batch_anySize_isAcceptedWhole() {
    PointDecoder decoder =
        new PointDecoder(
            new ReferenceStore(
                InstantSource.fixed(Instant.ofEpochMilli(NOW)),
                RetentionPolicies.keepFor(Duration.ofDays(30))),
            new SeriesCache(1 << 12),
            PointRules.defaults(),
            10_000);
    DemoWorkload workload = new DemoWorkload(1);
    for (int points : new int[] {100, 101, 2_999}) {
      byte[] json = workload.batch(NOW, points).getBytes(StandardCharsets.UTF_8);
      byte[] body = Arrays.copyOf(json, json.length + PointDecoder.BODY_PADDING);
      DecodedBatch decoded =
          decoder.decode(IngestScope.of(TenantId.DEFAULT), body, json.length, Admission.at(NOW));
      assertThat(decoded.rejected()).isEmpty();
      assertThat(decoded.points().size()).isEqualTo(points);
    }
  }

  @Test
  void incident_overADay_nowAndThen() {
    DemoWorkload workload = new DemoWorkload(1);
    int seconds = 0;
    for (long second = 0; second < 86_400; second++) {
      seconds += workload.incident(NOW + second * 1_000).isPresent() ? 1 : 0;
    }
    assertThat(seconds).isBetween(144 * 89, 144 * 91);
  }

  @Test
  void rhythm_overADay_lowAtFourHighAtSixteen() {
    assertThat(DemoWorkload.rhythm(NOW + 4 * HOUR_MILLIS)).isBetween(0.34, 0.36);
    assertThat(DemoWorkload.rhythm(NOW + 16 * HOUR_MILLIS)).isBetween(0.99, 1.0);
  }

  @Test
  void gzip_roundTrip() throws IOException {
    byte[] bytes = DemoMain.gzip("points é");
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("points é");
    }
  }

  @Test
  void parse_rateBeyondLimit_saysWhatIsAllowed() {
    assertThat(DemoOptions.parse("--rate", "500").pointsPerSecond()).isEqualTo(500);
    assertThatThrownBy(() -> DemoOptions.parse("--rate", "20000"))
        .hasMessageContaining("--rate: 20000")
        .hasMessageContaining("10000");
  }
}

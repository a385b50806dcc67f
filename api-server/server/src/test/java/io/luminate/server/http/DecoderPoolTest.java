// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.TenantId;
import io.luminate.server.PartialStore;
import io.luminate.server.http.json.PointDecoder;
import io.luminate.server.ingest.Admission;
import io.luminate.server.ingest.IngestScope;
import io.luminate.server.ingest.PointRules;
import io.luminate.server.ingest.SeriesCache;
import io.luminate.store.PointBatch;
import io.luminate.store.SeriesAdmission;
import io.luminate.store.SeriesRequest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What decoders hold between requests is bounded, after a burst and after a large batch. */
final class DecoderPoolTest {
  private static final long NOW = 1_773_230_400_000L;
  private static final int BURST = 100;

  private final SeriesCache cache = new SeriesCache(1 << 12);
  private final DecoderPool pool = new DecoderPool(this::decoder);

  private PointDecoder decoder() {
    return new PointDecoder(
        PartialStore.of(
            Map.of(
                "admit", arguments -> admitted((SeriesRequest) arguments[0]),
                "lowestHandle", _ -> 0L,
                "lowestSureHandle", _ -> 0L)),
        cache,
        PointRules.defaults(),
        100_000);
  }

  private static List<SeriesAdmission> admitted(SeriesRequest request) {
    return Collections.nCopies(request.series().size(), new SeriesAdmission.Admitted(7));
  }

  private void atOnce(int requests) {
    List<PointDecoder> taken = Stream.generate(pool::take).limit(requests).toList();
    taken.forEach(pool::give);
  }

  @Test
  void trim_afterABurst_leavesAFew() {
    atOnce(BURST);
    pool.trim();
    assertThat(pool.size()).as("all were needed").isEqualTo(BURST);
    pool.trim();
    assertThat(pool.size()).isEqualTo(DecoderPool.KEPT);
  }

  @Test
  void trim_leavesAsManyAsWereNeededSince() {
    atOnce(BURST);
    pool.trim();
    atOnce(30);
    pool.trim();
    assertThat(pool.size()).isEqualTo(30);
    PointDecoder latest = pool.take();
    pool.give(latest);
    pool.trim();
    assertThat(pool.take()).isSameAs(latest);
  }

  @Test
  void give_largeArrays_areNotKept_usualOnesAre() {
    PointDecoder decoder = pool.take();
    long[] usual = decode(decoder, 10_000).handles();
    pool.give(decoder);
    assertThat(decode(decoder, 1).handles()).isSameAs(usual);
    assertThat(decode(decoder, 20_000).handles()).hasSizeGreaterThan(usual.length);
    pool.give(decoder);
    assertThat(decode(decoder, 1).handles()).hasSizeLessThan(usual.length);
  }

  private static PointBatch decode(PointDecoder decoder, int points) {
    String point = "{\"name\":\"m\",\"timestamp\":%d,\"value\":1}".formatted(NOW);
    String text =
        Collections.nCopies(points, point).stream()
            .collect(Collectors.joining(",", "{\"metrics\":[", "]}"));
    byte[] json = text.getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(json, json.length + PointDecoder.BODY_PADDING);
    IngestScope scope = IngestScope.of(TenantId.DEFAULT);
    return decoder.decode(scope, padded, json.length, Admission.at(NOW)).points();
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http.json;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.luminate.model.RetentionPolicies;
import io.luminate.model.TenantId;
import io.luminate.server.ingest.Admission;
import io.luminate.server.ingest.DecodedBatch;
import io.luminate.server.ingest.IngestScope;
import io.luminate.server.ingest.PointRules;
import io.luminate.server.ingest.SeriesCache;
import io.luminate.store.reference.ReferenceStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What is said of a body that is not JSON. */
final class MalformedBodiesTest {
  private static final long NOW = 1_735_603_200_000L;

  private final ReferenceStore store =
      new ReferenceStore(
          InstantSource.fixed(Instant.ofEpochMilli(NOW)),
          RetentionPolicies.keepFor(Duration.ofDays(30)));
  private final PointDecoder decoder =
      new PointDecoder(store, new SeriesCache(1 << 12), PointRules.defaults(), 100);

  private DecodedBatch decode(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(bytes, bytes.length + PointDecoder.BODY_PADDING);
    IngestScope scope = IngestScope.of(new TenantId("acme"));
    return decoder.decode(scope, padded, bytes.length, Admission.at(NOW));
  }

  /** What is wrong with a byte that is not there, nobody is told. */
  @Test
  void decode_cutOffAnywhere_saysThatItEndsThere() {
    String whole =
        "{\"x\":[true,null,-1.5e3,{}],\"metrics\":[{\"name\":\"a\\u0062\\n\",\"timestamp\":"
            + NOW
            + ",\"value\":-1.5e3,\"note\":false,\"dimensions\":{\"a\":\"b\",\"c\":7}}]}";
    decode(whole);
    for (int length = 0; length < whole.length(); length++) {
      String cut = whole.substring(0, length);
      assertThatExceptionOfType(MalformedJsonException.class)
          .as(cut)
          .isThrownBy(() -> decode(cut))
          .withMessageMatching("unexpected end of JSON(: expected .+)? at byte " + length)
          .returns(length, MalformedJsonException::offset);
    }
  }

  @Test
  void decode_controlCharacter_isNamedWhereItIs() {
    assertThatExceptionOfType(MalformedJsonException.class)
        .isThrownBy(() -> decode("{\"metrics\":[{\"name\":\"a\u0000\"}]}"))
        .withMessage("a control character in a string at byte 22")
        .returns(22, MalformedJsonException::offset);
  }
}

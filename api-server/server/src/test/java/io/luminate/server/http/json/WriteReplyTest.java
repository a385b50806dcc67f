// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.server.http.reply.ApiError;
import io.luminate.server.ingest.RejectedPoint;
import io.luminate.server.ingest.Rejection;
import io.luminate.server.ingest.Rejection.Code;
import io.luminate.server.ingest.Rejections;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WriteReplyTest {
  /** Refusals of new series come when enough others are there, and before them in the request. */
  @Test
  void allRejected_speaksForTheFirst_evenIfItCameLate() {
    Rejections rejected = new Rejections();
    for (int i = 1; i <= 1_200; i++) {
      Code code = i == 1_050 || i == 1_100 ? Code.INVALID_VALUE : Code.INVALID_TIMESTAMP;
      rejected.add(i, () -> "m", Rejection.of(code, "a text"));
    }
    rejected.add(0, () -> "m", Rejection.of(Code.CARDINALITY_EXCEEDED, "a text"));
    ApiError error = WriteReply.allRejected(rejected.inOrder());
    assertThat(error.code()).isEqualTo("CARDINALITY_EXCEEDED");
    assertThat(new String(error.toJson(), StandardCharsets.UTF_8))
        .contains("\"index\":1000,", "\"index\":1050,", "\"errors_omitted\":{")
        .contains("\"INVALID_TIMESTAMP\":[[1001,1049],[1051,1099],[1101,1200]]")
        .contains("\"INVALID_VALUE\":[[1100,1100]]")
        .doesNotContain("\"index\":1001,");
  }

  @Test
  void stored_fewRejected_areAllListed() {
    Rejection bad = Rejection.of(Code.INVALID_VALUE, "a text");
    List<RejectedPoint> rejected = List.of(new RejectedPoint(3, "m", bad));
    assertThat(new String(WriteReply.stored(9, 0, rejected), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"accepted\":9,\"rejected\":1,\"errors\":[{\"index\":3,\"metric\":\"m\","
                + "\"code\":\"INVALID_VALUE\",\"error\":\"a text\"}]}");
  }
}

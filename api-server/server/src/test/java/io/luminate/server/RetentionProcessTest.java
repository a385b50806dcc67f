// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that nobody tells to free what is past its retention. */
final class RetentionProcessTest {
  @TempDir private Path folder;

  @Test
  void cleanUp_comesByItself_againAndAgain() throws Exception {
    Map<String, String> environment =
        Map.of(
            "LUMINATE_RETENTION_CLEANUP_INTERVAL",
            "100ms",
            "LUMINATE_ROCKSDB_DATA_DIR",
            folder.toString());
    try (ServerProcess server = ServerProcess.start(environment)) {
      for (int i = 0; i < 2; i++) {
        assertThat(server.awaitLog("retention: ")).contains("parts=0", "points=0");
      }
    }
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.limits;

import java.nio.file.Path;
import java.util.Map;

/** The embedded store, whose data is below the run's folder and goes with it. */
public final class EmbeddedStorage implements LimitsRun.Storage {
  @Override
  public Map<String, String> fresh(Path folder) {
    return Map.of("LUMINATE_STORAGE_ROCKSDB_DATA_DIR", folder.resolve("data").toString());
  }

  @Override
  public void discard() {}
}

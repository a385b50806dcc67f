// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Where points are kept. */
public enum Backend {
  /** Embedded: one pod with a volume. */
  @JsonProperty("rocksdb")
  ROCKSDB,

  /** In ClickHouse: any number of pods without a volume. */
  @JsonProperty("clickhouse")
  CLICKHOUSE
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import java.util.Objects;

/** The embedded store. */
@Stored
public record RocksDb(
    @JsonPropertyDescription("The volume of the one pod.") @Default(Defaults.EMPTY)
        RocksDbStorage storage) {

  public RocksDb {
    storage = Objects.requireNonNullElseGet(storage, RocksDbStorage::defaults);
  }
}

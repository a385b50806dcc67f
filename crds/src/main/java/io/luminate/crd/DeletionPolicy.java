// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What becomes of a volume when its cluster is deleted. */
public enum DeletionPolicy {
  /** It stays, with all points. */
  @JsonProperty("Retain")
  RETAIN,

  /** It goes with the cluster. */
  @JsonProperty("Delete")
  DELETE
}

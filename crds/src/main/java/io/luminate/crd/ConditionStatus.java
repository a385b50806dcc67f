// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether a condition holds. */
public enum ConditionStatus {
  @JsonProperty("True")
  TRUE,

  @JsonProperty("False")
  FALSE,

  /** Nobody can tell at the moment. */
  @JsonProperty("Unknown")
  UNKNOWN
}

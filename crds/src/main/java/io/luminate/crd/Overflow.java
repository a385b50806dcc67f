// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What becomes of a new series past the limit of its metric. */
public enum Overflow {
  /** It is refused. */
  @JsonProperty("reject")
  REJECT,

  /** It is stored under a reserved value. */
  @JsonProperty("fold")
  FOLD
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonProperty;

/** When an image is fetched, as of containers. */
public enum PullPolicy {
  @JsonProperty("Always")
  ALWAYS,

  @JsonProperty("IfNotPresent")
  IF_NOT_PRESENT,

  @JsonProperty("Never")
  NEVER
}

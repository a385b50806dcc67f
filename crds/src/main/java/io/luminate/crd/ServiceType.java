// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The kinds of Services that clients can reach. */
public enum ServiceType {
  @JsonProperty("ClusterIP")
  CLUSTER_IP,

  @JsonProperty("NodePort")
  NODE_PORT,

  @JsonProperty("LoadBalancer")
  LOAD_BALANCER
}

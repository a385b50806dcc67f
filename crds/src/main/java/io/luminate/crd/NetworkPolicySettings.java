// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import java.util.List;
import java.util.Objects;

/** Who reaches the pods. */
@Stored
public record NetworkPolicySettings(
    @JsonPropertyDescription("Whether there is a NetworkPolicy.") @Default(Defaults.YES)
        Boolean enabled,
    @JsonPropertyDescription("Who reaches the API, as of a NetworkPolicy. Absent: anybody.")
        @Size(min = 1, max = 64)
        List<NetworkPolicyPeer> clientsFrom,
    @JsonPropertyDescription("Who reaches metrics and probes. Absent: anybody.")
        @Size(min = 1, max = 64)
        List<NetworkPolicyPeer> metricsFrom) {

  public NetworkPolicySettings {
    enabled = Objects.requireNonNullElse(enabled, true);
    clientsFrom = Copies.of(clientsFrom);
    metricsFrom = Copies.of(metricsFrom);
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import java.util.Map;
import java.util.Objects;

/** The Service that clients use. */
@Stored
public record ServiceSettings(
    @JsonPropertyDescription("Kind of the Service.") @Default(Defaults.SERVICE_TYPE)
        ServiceType type,
    @JsonPropertyDescription("Annotations of the Service, such as those of load balancers.")
        @Size(max = 64)
        Map<String, String> annotations) {

  public ServiceSettings {
    type = Objects.requireNonNullElse(type, ServiceType.CLUSTER_IP);
    annotations = Copies.of(annotations);
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the pods run; absent parts are those of the operator. */
@Stored
public record ServerImage(
    @JsonPropertyDescription(
            "Image with its tag or digest. Absent: the operator's own version, so that an upgrade of it rolls the pods.")
        @Size(min = 1, max = 512)
        @Pattern("^[^\\s]+$")
        @Nullable String name,
    @JsonPropertyDescription("When it is fetched. Absent: as Kubernetes decides.")
        @Nullable PullPolicy pullPolicy,
    @JsonPropertyDescription("Secrets to fetch it with.") @Size(max = 16)
        List<SecretName> pullSecrets) {

  public ServerImage {
    pullSecrets = Copies.of(pullSecrets);
  }
}

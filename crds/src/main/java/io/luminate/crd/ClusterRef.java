// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** Which cluster is meant: always one in the same namespace. */
@Stored
public record ClusterRef(
    @JsonPropertyDescription("Name of a LuminateCluster in the same namespace; it may come later.")
        @Required
        @Size(min = 1, max = Texts.CLUSTER_NAME_MAX)
        @Pattern(Texts.OBJECT_NAME)
        String name) {}

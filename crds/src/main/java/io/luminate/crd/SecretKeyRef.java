// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A value of a Secret in the namespace of the resource. */
@Stored
public record SecretKeyRef(
    @JsonPropertyDescription("Name of a Secret in the same namespace.")
        @Required
        @Size(min = 1, max = Texts.OBJECT_NAME_MAX)
        @Pattern(Texts.OBJECT_NAME)
        String name,
    @JsonPropertyDescription("Which of its values.")
        @Required
        @Size(min = 1, max = Texts.OBJECT_NAME_MAX)
        @Pattern(Texts.SECRET_KEY)
        String key) {}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** Keys of tokens at an issuer, which rotates them. */
@Stored
public record Jwks(
    @JsonPropertyDescription(
            "http or https URL of the key set, without a user's name and fragment.")
        @Required
        @Size(min = 1, max = Texts.URL_MAX)
        @Pattern(Texts.HTTP_URL)
        String url) {}

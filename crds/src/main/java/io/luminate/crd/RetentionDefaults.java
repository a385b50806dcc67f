// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Objects;

/** How long points are kept where no RetentionPolicy fits. */
@Stored
public record RetentionDefaults(
    @JsonPropertyDescription("From 1h to 36500d, in hours, days or weeks.")
        @JsonProperty("default")
        @Default(Defaults.RETENTION)
        @Size(max = Texts.DURATION_MAX)
        @Pattern(Texts.RETENTION)
        @ValidationRule(value = Texts.HOUR_TO_CENTURY, message = Texts.RETENTION_MESSAGE)
        String defaultRetention,
    @JsonPropertyDescription(
            "How long bytes stay that no query sees any more after a retention was shortened, from 0s to 30d.")
        @Default(Defaults.SHORTENING_GRACE)
        @Size(max = Texts.DURATION_MAX)
        @Pattern(Texts.DURATION_OR_ZERO)
        @ValidationRule(
            value = Texts.AT_MOST_MONTH,
            message = "must be from 0s to 30d, a whole number and a unit, such as 24h")
        String shorteningGrace) {

  public RetentionDefaults {
    defaultRetention = Objects.requireNonNullElse(defaultRetention, Defaults.RETENTION);
    shorteningGrace = Objects.requireNonNullElse(shorteningGrace, Defaults.SHORTENING_GRACE);
  }
}

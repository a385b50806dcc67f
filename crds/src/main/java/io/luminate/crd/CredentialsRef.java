// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.Objects;

/** A user's name and password, out of one Secret in the namespace of the resource. */
@Stored
public record CredentialsRef(
    @JsonPropertyDescription("Name of a Secret in the same namespace.")
        @Required
        @Size(min = 1, max = Texts.OBJECT_NAME_MAX)
        @Pattern(Texts.OBJECT_NAME)
        String name,
    @JsonPropertyDescription("Which of its values is the name.")
        @Default(Defaults.USERNAME_KEY)
        @Size(min = 1, max = Texts.OBJECT_NAME_MAX)
        @Pattern(Texts.SECRET_KEY)
        String usernameKey,
    @JsonPropertyDescription("Which of its values is the password.")
        @Default(Defaults.PASSWORD_KEY)
        @Size(min = 1, max = Texts.OBJECT_NAME_MAX)
        @Pattern(Texts.SECRET_KEY)
        String passwordKey) {

  public CredentialsRef {
    usernameKey = Objects.requireNonNullElse(usernameKey, Defaults.USERNAME_KEY);
    passwordKey = Objects.requireNonNullElse(passwordKey, Defaults.PASSWORD_KEY);
  }
}

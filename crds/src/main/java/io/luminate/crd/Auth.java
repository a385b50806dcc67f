// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Who may ask: tokens, and what they are verified by. */
@Stored
@ValidationRule(
    value =
        "!self.enabled || [has(self.hmacSecretRef), has(self.publicKeySecretRef), has(self.jwks)].exists_one(given, given)",
    message =
        "while auth is enabled, give exactly one of hmacSecretRef, publicKeySecretRef and jwks: tokens are verified by one of them")
@ValidationRule(
    value =
        "self.enabled || [has(self.hmacSecretRef), has(self.publicKeySecretRef), has(self.jwks)].all(given, !given)",
    message =
        "with enabled: false no token is verified: take hmacSecretRef, publicKeySecretRef and jwks out, or enable auth")
@ValidationRule(
    value = "self.enabled || self.allowAnonymous",
    message =
        "enabled: false lets everybody in who reaches the pods; say allowAnonymous: true too if that is meant",
    fieldPath = ".allowAnonymous")
public record Auth(
    @JsonPropertyDescription(
            "Whether a token is asked for. Without, every caller is the tenant default.")
        @Default(Defaults.YES)
        Boolean enabled,
    @JsonPropertyDescription(
            "Says that enabled: false is meant, for everybody who reaches the Service.")
        @Default(Defaults.NO)
        Boolean allowAnonymous,
    @JsonPropertyDescription("Longest whole life of a token, from 1s to 36500d.")
        @Default(Defaults.TOKEN_EXPIRY)
        @Size(max = Texts.DURATION_MAX)
        @Pattern(Texts.DURATION)
        @ValidationRule(
            value = Texts.SECOND_TO_CENTURY,
            message = "must be from 1s to 36500d, a whole number and a unit, such as 24h")
        String tokenExpiry,
    @JsonPropertyDescription("HMAC secret, at least 32 bytes.")
        @Nullable SecretKeyRef hmacSecretRef,
    @JsonPropertyDescription("PEM: RSA or EC public key, or a certificate.")
        @Nullable SecretKeyRef publicKeySecretRef,
    @JsonPropertyDescription("The issuer's key set.") @Nullable Jwks jwks) {

  public Auth {
    enabled = Objects.requireNonNullElse(enabled, true);
    allowAnonymous = Objects.requireNonNullElse(allowAnonymous, false);
    tokenExpiry = Objects.requireNonNullElse(tokenExpiry, Defaults.TOKEN_EXPIRY);
  }
}

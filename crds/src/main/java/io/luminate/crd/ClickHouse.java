// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The store in ClickHouse: where it is, and who asks. */
@Stored
@ValidationRule(
    value = "self.database == oldSelf.database",
    message =
        "database cannot be changed, as points stay in the old one; make a new LuminateCluster for another database",
    fieldPath = ".database")
@ValidationRule(
    value =
        "has(self.cluster) == has(oldSelf.cluster) && (!has(self.cluster) || self.cluster == oldSelf.cluster)",
    message =
        "cluster cannot be changed, set later or removed, as it decides what tables there are; make a new LuminateCluster with another database",
    fieldPath = ".cluster")
public record ClickHouse(
    @JsonPropertyDescription(
            "HTTP interfaces, each host:8123 or a URL; one is used until it fails, then the next.")
        @Required
        @Size(min = 1, max = 256)
        List<@Size(min = 1, max = 512) @Pattern(Texts.CLICKHOUSE_ADDRESS) String> addresses,
    @JsonPropertyDescription(
            "The same for queries alone, of the same server or cluster. Absent: they go to addresses too.")
        @Size(max = 256)
        List<@Size(min = 1, max = 512) @Pattern(Texts.CLICKHOUSE_ADDRESS) String> readAddresses,
    @JsonPropertyDescription("Made if it is not there; cannot be changed.")
        @Default(Defaults.DATABASE)
        @Size(min = 1, max = Texts.IDENTIFIER_MAX)
        @Pattern(Texts.IDENTIFIER)
        String database,
    @JsonPropertyDescription(
            "Name of the cluster as ClickHouse's configuration has it; cannot be changed, set later or removed. Absent: a single server.")
        @Size(min = 1, max = Texts.IDENTIFIER_MAX)
        @Pattern(Texts.IDENTIFIER)
        @Nullable String cluster,
    @JsonPropertyDescription(
            "Certificates that https addresses are trusted by. Absent: those of the image.")
        @Nullable SecretKeyRef caSecretRef,
    @JsonPropertyDescription("User and password. Absent: the user default without a password.")
        @Nullable CredentialsRef credentialsSecretRef) {

  public ClickHouse {
    addresses = Copies.of(addresses);
    readAddresses = Copies.of(readAddresses);
    database = Objects.requireNonNullElse(database, Defaults.DATABASE);
  }
}

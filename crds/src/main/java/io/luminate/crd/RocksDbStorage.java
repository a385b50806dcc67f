// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The volume of the one pod. */
@Stored
public record RocksDbStorage(
    @JsonPropertyDescription("Size of the volume, such as 100Gi, from 1Gi to 64Ti. It only grows.")
        @Default(Defaults.VOLUME_SIZE)
        @Size(max = Texts.SIZE_MAX)
        @Pattern(Texts.SIZE)
        @ValidationRule(
            value = Texts.VOLUME,
            message = "must be from 1Gi to 64Ti, a whole number of Mi, Gi or Ti")
        String size,
    @JsonPropertyDescription(
            "Class of the volume; cannot be changed. Absent: the default class; empty: a volume that is there already.")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Size(max = Texts.OBJECT_NAME_MAX)
        @Pattern("^([a-z0-9]([-a-z0-9.]*[a-z0-9])?)?$")
        @Nullable String storageClassName,
    @JsonPropertyDescription("What becomes of the volume when the cluster is deleted.")
        @Default(Defaults.DELETION_POLICY)
        DeletionPolicy deletionPolicy) {

  public RocksDbStorage {
    size = Objects.requireNonNullElse(size, Defaults.VOLUME_SIZE);
    deletionPolicy = Objects.requireNonNullElse(deletionPolicy, DeletionPolicy.RETAIN);
  }

  /** That of a cluster which says nothing of it. */
  public static RocksDbStorage defaults() {
    return new RocksDbStorage(Defaults.VOLUME_SIZE, null, DeletionPolicy.RETAIN);
  }
}

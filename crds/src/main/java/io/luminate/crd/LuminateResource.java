// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for, and what the operator found. Nothing is made up before it is said, so both are
 * null in an object that is just made.
 */
public abstract class LuminateResource<S, T> extends CustomResource<S, T> implements Namespaced {

  @Override
  @Required
  @JsonPropertyDescription("What is asked for.")
  public S getSpec() {
    return super.getSpec();
  }

  @Override
  @JsonPropertyDescription("What the operator found.")
  public @Nullable T getStatus() {
    return super.getStatus();
  }

  @Override
  @SuppressWarnings("NullAway")
  protected S initSpec() {
    return null;
  }

  @Override
  @SuppressWarnings("NullAway")
  protected T initStatus() {
    return null;
  }
}

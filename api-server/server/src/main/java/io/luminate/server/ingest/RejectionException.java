// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.ingest;

import java.io.Serial;

/** Carries a {@link Rejection} up to where the point is known; without a stack, as it is no bug. */
public final class RejectionException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private final transient Rejection rejection;

  public RejectionException(Rejection rejection) {
    super(rejection.message(), null, false, false);
    this.rejection = rejection;
  }

  public Rejection rejection() {
    return rejection;
  }
}

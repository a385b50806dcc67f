// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.query;

import java.io.Serial;

/** A filter asks for data outside the dimensions to which the caller is pinned. */
public final class PinnedFilterException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  PinnedFilterException(String key) {
    super("the token is pinned to one value of " + key + "; the filter asks for another");
  }
}

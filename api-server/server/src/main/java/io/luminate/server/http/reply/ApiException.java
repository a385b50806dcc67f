// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http.reply;

import java.io.Serial;
import java.util.Map;

/** A request that is answered with an error. */
public final class ApiException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final transient ApiError error;

  public ApiException(ApiError error) {
    super(error.message(), null, false, false);
    this.error = error;
  }

  public ApiException(int status, String code, String message, Map<String, Object> details) {
    this(new ApiError(status, code, message, details));
  }

  public ApiException(int status, String code, String message) {
    this(ApiError.of(status, code, message));
  }

  public ApiError error() {
    return error;
  }
}

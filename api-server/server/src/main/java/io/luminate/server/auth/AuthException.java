// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.auth;

/** A caller is refused. The message is for the caller and never repeats its token. */
public final class AuthException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Why, with the status and the code of the reply. */
  public enum Reason {
    /** No token, or one that proves nothing. */
    UNAUTHORIZED(401, "UNAUTHORIZED"),
    /** A good token that does not permit this. */
    FORBIDDEN(403, "FORBIDDEN"),
    /** There is no key yet to judge tokens with: nothing is known against the caller's. */
    KEYS_UNAVAILABLE(503, "AUTH_KEYS_UNAVAILABLE");

    private final int status;
    private final String code;

    Reason(int status, String code) {
      this.status = status;
      this.code = code;
    }

    public int status() {
      return status;
    }

    public String code() {
      return code;
    }
  }

  private final Reason reason;

  /** Without a stack trace: hostile traffic shall stay cheap. */
  public AuthException(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  static AuthException unauthorized(String message) {
    return new AuthException(Reason.UNAUTHORIZED, message);
  }

  public Reason reason() {
    return reason;
  }
}

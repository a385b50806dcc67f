// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.auth;

import java.time.InstantSource;

/** {@code Authorization: Bearer <token>}, with what was verified lately remembered. */
final class BearerAuthenticator implements Authenticator {
  /** Ten times a usual token; a larger one is refused before any of it is parsed. */
  static final int TOKEN_BYTES_MAX = 8 << 10;

  private static final String SCHEME = "Bearer ";

  private final TokenVerifier verifier;
  private final InstantSource clock;
  private final TokenCache cache = new TokenCache();

  BearerAuthenticator(TokenVerifier verifier, InstantSource clock) {
    this.verifier = verifier;
    this.clock = clock;
  }

  @Override
  public Principal authenticate(String authorizationHeader) {
    String token = token(authorizationHeader);
    long keysVersion = verifier.keysVersion();
    byte[] digest = TokenCache.digest(token);
    VerifiedToken known = cache.get(digest, keysVersion);
    if (known != null && clock.millis() < known.usableUntilMillis()) {
      return known.principal();
    }
    VerifiedToken verified = verifier.verify(token);
    cache.put(digest, keysVersion, verified);
    return verified.principal();
  }

  private static String token(String header) {
    if (header.isEmpty()) {
      throw AuthException.unauthorized("a token is needed: Authorization: Bearer <token>");
    }
    if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw AuthException.unauthorized("the Authorization header must be: Bearer <token>");
    }
    if (header.length() - SCHEME.length() > TOKEN_BYTES_MAX) {
      throw AuthException.unauthorized(
          "the token has "
              + (header.length() - SCHEME.length())
              + " bytes, more than "
              + TOKEN_BYTES_MAX);
    }
    String token = header.substring(SCHEME.length()).strip();
    if (!isCompactJws(token)) {
      throw AuthException.unauthorized("the token is not a signed JWT");
    }
    return token;
  }

  /** Three base64url parts, none of them empty: an unsigned or encrypted token has other shapes. */
  private static boolean isCompactJws(String token) {
    int dots = 0;
    char before = '.';
    for (int i = 0; i < token.length(); i++) {
      char c = token.charAt(i);
      if (c == '.') {
        if (before == '.') {
          return false;
        }
        dots++;
      } else if (!isBase64Url(c)) {
        return false;
      }
      before = c;
    }
    return dots == 2 && before != '.';
  }

  private static boolean isBase64Url(char c) {
    return (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_';
  }

  @Override
  public void close() {
    verifier.close();
  }
}

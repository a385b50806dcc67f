// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.auth;

import io.luminate.model.TenantId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a token must claim: {@code sub}, {@code tenant_id}, {@code scopes}, {@code exp}; and may:
 * {@code iat}, {@code nbf}, {@code dimensions}. Other claims are the issuer's own business.
 */
final class ClaimRules {
  /** How far the clocks of issuer and server may differ. */
  static final Duration SKEW = Duration.ofSeconds(60);

  /** The end of the year 9999: keeps arithmetic on hostile numbers from overflowing. */
  private static final double SECONDS_MAX = 253_402_300_799.0;

  private static final int SUBJECT_CHARACTERS_MAX = 256;
  private static final int DIMENSIONS_MAX = 20;
  private static final int VALUE_CODE_POINTS_MAX = 256;
  private static final Pattern DIMENSION_KEY = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]{0,127}");
  private static final String RESERVED_KEY = "_tenant_id";

  private final long tokenExpiryMillis;
  private final InstantSource clock;

  ClaimRules(Duration tokenExpiry, InstantSource clock) {
    this.tokenExpiryMillis = tokenExpiry.toMillis();
    this.clock = clock;
  }

  VerifiedToken check(Map<String, Object> claims) {
    long usableUntilMillis = checkTimes(claims);
    Principal principal =
        new Principal(subject(claims), tenant(claims), scopes(claims), pins(claims));
    return new VerifiedToken(principal, usableUntilMillis);
  }

  /**
   * A token's whole life is {@code exp − iat}. Without {@code iat} its life so far is unknown, and
   * what is left of it must fit the same bound.
   */
  private long checkTimes(Map<String, Object> claims) {
    long now = clock.millis();
    long skew = SKEW.toMillis();
    long expires = requiredMillis(claims, "exp");
    demand(now < expires + skew, "the token has expired");
    long issued = claims.containsKey("iat") ? requiredMillis(claims, "iat") : now + skew;
    demand(issued <= now + skew, "the token's iat lies in the future");
    demand(
        expires - issued <= tokenExpiryMillis,
        "the token lives longer than auth.token_expiry allows: "
            + tokenExpiryMillis / 1_000
            + " s");
    if (claims.containsKey("nbf")) {
      demand(requiredMillis(claims, "nbf") <= now + skew, "the token is not valid yet (nbf)");
    }
    return expires + skew;
  }

  private static long requiredMillis(Map<String, Object> claims, String name) {
    if (claims.get(name) instanceof Number number) {
      double seconds = number.doubleValue();
      demand(seconds >= 0 && seconds <= SECONDS_MAX, "the token's " + name + " is out of range");
      return (long) (seconds * 1_000);
    }
    throw AuthException.unauthorized("the token needs " + name + ", a number of seconds");
  }

  private static String subject(Map<String, Object> claims) {
    String subject = text(claims, "sub");
    demand(
        subject.length() <= SUBJECT_CHARACTERS_MAX && !hasControl(subject),
        "the token's sub has more than " + SUBJECT_CHARACTERS_MAX + " or control characters");
    return subject;
  }

  private static TenantId tenant(Map<String, Object> claims) {
    try {
      return new TenantId(text(claims, "tenant_id"));
    } catch (IllegalArgumentException notATenant) {
      throw AuthException.unauthorized("the token's tenant_id must match [A-Za-z0-9._-]{1,128}");
    }
  }

  private static String text(Map<String, Object> claims, String name) {
    if (claims.get(name) instanceof String text && !text.isEmpty()) {
      return text;
    }
    throw AuthException.unauthorized("the token needs " + name + ", a text");
  }

  /** Scopes of other services may stand in the same token; they mean nothing here. */
  private static Set<Scope> scopes(Map<String, Object> claims) {
    EnumSet<Scope> scopes = EnumSet.noneOf(Scope.class);
    if (!(claims.get("scopes") instanceof List<?> list)) {
      throw AuthException.unauthorized("the token needs scopes, a list of texts");
    }
    for (Object element : list) {
      if (!(element instanceof String text)) {
        throw AuthException.unauthorized("the token needs scopes, a list of texts");
      }
      Scope.of(text).ifPresent(scopes::add);
    }
    return scopes;
  }

  /**
   * The dimensions that the caller is confined to. A claim that confines to nothing is more likely
   * an issuer's mistake than a wish, and is refused.
   */
  private static Map<String, String> pins(Map<String, Object> claims) {
    if (!claims.containsKey("dimensions")) {
      return Map.of();
    }
    String rule = "the token's dimensions must be 1 to 20 dimension keys with a valid text each";
    if (!(claims.get("dimensions") instanceof Map<?, ?> map)
        || map.isEmpty()
        || map.size() > DIMENSIONS_MAX) {
      throw AuthException.unauthorized(rule);
    }
    Map<String, String> pins = new HashMap<>();
    map.forEach(
        (key, value) -> {
          demand(key instanceof String name && isKey(name), rule);
          demand(value instanceof String text && isValue(text), rule);
          pins.put((String) key, (String) value);
        });
    return pins;
  }

  private static boolean isKey(String key) {
    return DIMENSION_KEY.matcher(key).matches() && !key.equals(RESERVED_KEY);
  }

  private static boolean isValue(String value) {
    int codePoints = value.codePointCount(0, value.length());
    boolean wellFormed =
        value
            .codePoints()
            .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    return codePoints >= 1
        && codePoints <= VALUE_CODE_POINTS_MAX
        && wellFormed
        && !hasControl(value);
  }

  private static boolean hasControl(String text) {
    return text.chars().anyMatch(Character::isISOControl);
  }

  private static void demand(boolean good, String message) {
    if (!good) {
      throw AuthException.unauthorized(message);
    }
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.model;

import java.util.regex.Pattern;

/**
 * The owner of data: the outermost part of every key, dictionary and counter. 1–128 characters out
 * of {@code A-Z a-z 0-9 . _ -}.
 */
public record TenantId(String value) implements Comparable<TenantId> {
  private static final Pattern PATTERN = Pattern.compile("[A-Za-z0-9._-]{1,128}");

  /** The tenant of everything while authentication is off. */
  public static final TenantId DEFAULT = new TenantId("default");

  public TenantId {
    if (!PATTERN.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "tenant_id must match " + PATTERN.pattern() + ", got " + value.length() + " characters");
    }
  }

  @Override
  public int compareTo(TenantId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}

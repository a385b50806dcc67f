// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import io.luminate.model.Dimensions;
import java.util.stream.IntStream;

/**
 * The dimensions on a page of raw points, as far as they fit: ten thousand series with the longest
 * dimensions that there can be are sixty million characters, and a process answers many at a time.
 */
public final class PageTexts {
  public static final long CHARACTERS_MAX = 4 << 20;

  private long characters;

  /**
   * @param dimensions of a series that the page does not have yet
   * @return whether a point of it may be on the page; true for the first one, whatever its length
   */
  public boolean take(Dimensions dimensions) {
    long taken = characters + length(dimensions);
    if (characters > 0 && taken > CHARACTERS_MAX) {
      return false;
    }
    characters = taken;
    return true;
  }

  private static long length(Dimensions dimensions) {
    return IntStream.range(0, dimensions.size())
        .mapToLong(i -> dimensions.key(i).length() + dimensions.value(i).length())
        .sum();
  }
}

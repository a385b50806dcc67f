// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import java.util.Collections;
import java.util.List;

/**
 * Which points of a request are stored: all of its {@code count} but the refused.
 *
 * @param refused places in the request, from 0, ascending
 */
public record AcceptedPoints(int count, List<Integer> refused) {
  public AcceptedPoints {
    refused = List.copyOf(refused);
  }

  public static AcceptedPoints all(int count) {
    return new AcceptedPoints(count, List.of());
  }

  public boolean contains(int index) {
    return index >= 0 && index < count && Collections.binarySearch(refused, index) < 0;
  }
}

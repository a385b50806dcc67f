// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http.json;

/**
 * Counts the points of a body without reading them, for batches that may be more than their tenant
 * may send: what is refused then has made no series. Not thread safe.
 */
public final class PointCounter extends JsonCursor {
  /**
   * @param body the text, with {@link PointDecoder#BODY_PADDING} bytes behind it that are
   *     overwritten
   * @return 0 for what is malformed as a whole: the decoder says why
   */
  public int count(byte[] body, int length) {
    try {
      openUnchecked(body, length);
      return body();
    } catch (MalformedJsonException e) {
      return 0;
    }
  }

  private int body() {
    expect('{');
    int points = 0;
    if (!empty('}')) {
      do {
        int from = string();
        boolean metrics = text(from, pos - 1, escaped).equals("metrics");
        expect(':');
        if (metrics && peek() == '[') {
          points += elements();
        } else {
          skipValue(1);
        }
      } while (more('}'));
    }
    return points;
  }

  private int elements() {
    pos++;
    int count = 0;
    if (!empty(']')) {
      do {
        skipValue(2);
        count++;
      } while (more(']'));
    }
    return count;
  }
}

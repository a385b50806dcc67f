// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.ingest;

/**
 * A point that was not stored.
 *
 * @param index its place in the request, from 0
 * @param metric its name as far as it could be read, else empty
 * @param rejection a code alone where the point {@linkplain #isTold is not told of}
 */
public record RejectedPoint(int index, String metric, Rejection rejection) {
  static RejectedPoint untold(int index, Rejection.Code code) {
    return new RejectedPoint(index, "", Rejection.ofCode(code));
  }

  /** Whether the reply says what is wrong with it. */
  boolean isTold() {
    return !rejection.message().isEmpty();
  }

  /** Of what is kept for the reply, which leaves some of it out. */
  int textChars() {
    return metric.length() + rejection.textChars();
  }
}

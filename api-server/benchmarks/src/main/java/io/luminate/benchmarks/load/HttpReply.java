// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.load;

/** The status and the whole body of a reply. */
public record HttpReply(int status, String body) {
  /** Enough of a body to understand an error by. */
  private static final int SHOWN_MAX = 500;

  public boolean ok() {
    return status == 200 || status == 204;
  }

  public String shown() {
    return status + " " + body.substring(0, Math.min(SHOWN_MAX, body.length()));
  }
}

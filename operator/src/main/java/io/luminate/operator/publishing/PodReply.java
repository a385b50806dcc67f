// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

/**
 * What a pod answered.
 *
 * @param <T> what it was asked for
 */
sealed interface PodReply<T> {
  /**
   * It said so.
   *
   * @param withCurrent whether it took the current token, not the previous one
   */
  record Has<T>(T value, boolean withCurrent) implements PodReply<T> {}

  /**
   * The server said no.
   *
   * @param message its own
   */
  record Refused<T>(int status, String message) implements PodReply<T> {
    boolean isUnauthorized() {
      return status == 401;
    }

    /** It has something later already. */
    boolean isConflict() {
      return status == 409;
    }
  }

  /** No server answered: nobody, or what is none. */
  record Unreachable<T>(String reason) implements PodReply<T> {}
}

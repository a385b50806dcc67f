// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

/**
 * Something that a container needs is not there, and may be later; the message is for its status.
 */
final class NotYetException extends Exception {
  private static final long serialVersionUID = 1L;

  NotYetException(String message) {
    super(message);
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

/**
 * The journal stopped for good: a force failed, and what the disk holds is unknown until the
 * journal is opened anew.
 */
public final class JournalFailedException extends JournalException {
  JournalFailedException(String message, Throwable cause) {
    super(message, cause);
  }

  @Override
  public boolean retryable() {
    return false;
  }
}

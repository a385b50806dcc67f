// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

/** The disk refused a write, as when it is full. Nothing of the group counts as written. */
public final class JournalWriteException extends JournalException {
  JournalWriteException(String message, Throwable cause) {
    super(message, cause);
  }

  @Override
  public boolean retryable() {
    return true;
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

/** The journal was closed before the frame was written. */
public final class JournalClosedException extends JournalException {
  JournalClosedException(String message) {
    super(message);
  }

  @Override
  public boolean retryable() {
    return false;
  }
}

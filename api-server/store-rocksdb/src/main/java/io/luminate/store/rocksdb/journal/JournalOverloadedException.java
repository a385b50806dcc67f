// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

/** The queue stayed full for as long as an append may wait. */
public final class JournalOverloadedException extends JournalException {
  JournalOverloadedException(String message) {
    super(message);
  }

  @Override
  public boolean retryable() {
    return true;
  }
}

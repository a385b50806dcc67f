// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

/** Why a frame was not acknowledged. Delivered by the append's future. */
public abstract sealed class JournalException extends RuntimeException
    permits JournalWriteException,
        JournalFailedException,
        JournalOverloadedException,
        JournalClosedException {
  JournalException(String message) {
    super(message);
  }

  JournalException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Whether the same append may succeed later without a restart. */
  public abstract boolean retryable();
}

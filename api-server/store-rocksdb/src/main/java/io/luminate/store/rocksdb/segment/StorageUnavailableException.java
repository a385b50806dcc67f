// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

/**
 * RocksDB refused: a full disk, an I/O error, or it is being reopened. Whether a failed write
 * happened is unknown; to repeat it is always allowed.
 */
public final class StorageUnavailableException extends StorageException {
  private static final long serialVersionUID = 1L;

  private final boolean outOfSpace;

  public StorageUnavailableException(String message, boolean outOfSpace, Throwable cause) {
    super(message, cause);
    this.outOfSpace = outOfSpace;
  }

  public boolean outOfSpace() {
    return outOfSpace;
  }
}

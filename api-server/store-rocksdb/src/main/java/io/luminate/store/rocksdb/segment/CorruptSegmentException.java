// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

/** Stored bytes are not what was written. Names the place; everything else stays readable. */
public final class CorruptSegmentException extends StorageException {
  private static final long serialVersionUID = 1L;

  public CorruptSegmentException(BlockKey block, String detail, Throwable cause) {
    super("corrupt " + block + ": " + detail, cause);
  }

  public CorruptSegmentException(BlockKey block, String detail) {
    super("corrupt " + block + ": " + detail);
  }

  /** Corruption outside of any block, such as in RocksDB's own files. */
  public CorruptSegmentException(String message, Throwable cause) {
    super(message, cause);
  }
}

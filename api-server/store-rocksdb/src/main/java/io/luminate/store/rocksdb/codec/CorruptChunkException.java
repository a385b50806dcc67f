// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.codec;

/** Encoded bytes that no encoder of this version could have written. */
public final class CorruptChunkException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CorruptChunkException(String message) {
    super(message);
  }

  static CorruptChunkException field(String field, long seen, String allowed) {
    return new CorruptChunkException(field + " is " + seen + ", allowed " + allowed);
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.folder;

import java.io.IOException;

/** The data folder is not one that this version may open. */
public final class UnsupportedFormatException extends IOException {
  private static final long serialVersionUID = 1;

  public UnsupportedFormatException(String message) {
    super(message);
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.folder;

import java.io.IOException;

/** Another process, or another store of this one, has the data folder. */
public final class DataFolderInUseException extends IOException {
  private static final long serialVersionUID = 1;

  DataFolderInUseException(String message) {
    super(message);
  }
}

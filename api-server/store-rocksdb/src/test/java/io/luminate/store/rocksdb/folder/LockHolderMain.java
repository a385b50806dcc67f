// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.folder;

import java.io.IOException;
import java.nio.file.Path;

/** Holds a folder's lock until it is killed or its input ends. */
final class LockHolderMain {
  private LockHolderMain() {}

  public static void main(String[] args) throws IOException {
    DataFolderLock lock = DataFolderLock.acquire(Path.of(args[0]));
    System.out.println("held");
    System.in.read();
    lock.close();
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.RocksDB;

/**
 * RocksDB's code. It is unpacked into a file, 17 MB, that RocksDB deletes when the process ends
 * well: one that is killed again and again would fill its folder for temporary files. So the file
 * goes as soon as it is mapped.
 */
final class NativeLibrary {
  private NativeLibrary() {}

  static void load() {
    try {
      Path folder = Files.createTempDirectory("luminate-rocksdb-");
      try {
        NativeLibraryLoader.getInstance().loadLibrary(folder.toString());
        // Finds it loaded.
        RocksDB.loadLibrary();
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "RocksDB's library cannot be unpacked into "
              + System.getProperty("java.io.tmpdir")
              + ": "
              + e.getMessage(),
          e);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> unpacked = files.toList();
      for (Path file : unpacked) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}

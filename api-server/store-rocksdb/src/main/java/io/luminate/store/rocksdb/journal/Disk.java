// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

import java.io.IOException;
import java.util.List;

/**
 * One folder of a disk, without sub-folders, as much of it as a journal needs. Creations, renames
 * and deletions survive a power loss only once {@link #syncDirectory} has returned; file content
 * only once {@link DiskFile#force} has.
 */
public interface Disk {
  /** Names of the files, in ascending order. */
  List<String> list() throws IOException;

  /**
   * Creates a file of zeros whose content and size are forced, so that later overwriting changes no
   * metadata. Fails with FileAlreadyExistsException if the name is taken; leaves no file behind if
   * it fails for want of space.
   */
  DiskFile create(String name, long sizeBytes) throws IOException;

  /** Opens for reading and writing. Fails with NoSuchFileException if there is none. */
  DiskFile open(String name) throws IOException;

  /** Replaces {@code to} if it exists. An open {@link DiskFile} stays valid. */
  void rename(String from, String to) throws IOException;

  void delete(String name) throws IOException;

  void syncDirectory() throws IOException;

  /** Bytes a file may still grow by. */
  long usableBytes() throws IOException;
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FormatStampTest {
  @TempDir Path folder;

  @Test
  void check_emptyFolder_isStamped() throws IOException {
    FormatStamp.check(folder);
    FormatStamp.check(folder);
    assertThat(folder.resolve("FORMAT")).hasContent("luminate-data 3\n");
    assertThat(folder.resolve("FORMAT.new")).doesNotExist();
  }

  @Test
  void check_ownBeginnings_countAsEmpty() throws IOException {
    Files.writeString(folder.resolve("LOCK"), "1\n");
    Files.writeString(folder.resolve("FORMAT.new"), "lumi");
    Files.createDirectory(folder.resolve("lost+found"));
    Files.createDirectory(folder.resolve("journal"));
    FormatStamp.check(folder);
    assertThat(folder.resolve("FORMAT")).hasContent("luminate-data 3\n");
  }

  @Test
  void check_newerFormat_isRefusedWithBothVersions() throws IOException {
    Files.writeString(folder.resolve("FORMAT"), "luminate-data 7\n");
    assertThatThrownBy(() -> FormatStamp.check(folder))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContainingAll(folder.toString(), "format 7", "supports 1 to 3", "start the");
  }

  @Test
  void check_damagedStamp_isRefused() throws IOException {
    Files.writeString(folder.resolve("FORMAT"), "luminate\n");
    assertThatThrownBy(() -> FormatStamp.check(folder))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("damaged");
  }

  @Test
  void check_binaryStamp_isRefused() throws IOException {
    Files.write(folder.resolve("FORMAT"), new byte[] {(byte) 0xff, 0});
    assertThatThrownBy(() -> FormatStamp.check(folder))
        .isInstanceOf(UnsupportedFormatException.class);
  }

  @Test
  void check_foreignContent_isRefused() throws IOException {
    Files.writeString(folder.resolve("thesis.txt"), "precious");
    assertThatThrownBy(() -> FormatStamp.check(folder))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("thesis.txt");
    assertThat(folder.resolve("FORMAT")).doesNotExist();
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.e2e.kubelet.KeyedFiles.Content;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeyedFilesTest {
  @TempDir Path folder;

  @Test
  void put_leavesTheseFilesAndNoOthers() throws IOException {
    KeyedFiles files = new KeyedFiles(folder);
    files.put(Map.of("a", content("1"), "b/c", content("2")));
    assertThat(folder.resolve("a")).hasContent("1");
    assertThat(folder.resolve("b/c")).hasContent("2");
    files.put(Map.of("a", content("3")));
    assertThat(folder.resolve("a")).hasContent("3");
    assertThat(folder.resolve("b")).doesNotExist();
  }

  @Test
  void put_changesByOneLink() throws IOException {
    KeyedFiles files = new KeyedFiles(folder);
    files.put(Map.of("a", content("1")));
    Path before = Files.readSymbolicLink(folder.resolve("..data"));
    files.put(Map.of("a", content("1")));
    assertThat(Files.readSymbolicLink(folder.resolve("..data"))).isEqualTo(before);
    files.put(Map.of("a", content("2")));
    assertThat(Files.readSymbolicLink(folder.resolve("..data"))).isNotEqualTo(before);
    assertThat(folder.resolve(before)).doesNotExist();
    assertThat(Files.readSymbolicLink(folder.resolve("a"))).isEqualTo(Path.of("..data", "a"));
  }

  @Test
  void put_keepsModes() throws IOException {
    new KeyedFiles(folder).put(Map.of("a", new Content(new byte[0], 0640)));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("a"))))
        .isEqualTo("rw-r-----");
  }

  private static Content content(String text) {
    return new Content(text.getBytes(StandardCharsets.UTF_8), 0644);
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.kube.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.testkit.CacheFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KubeBinaryTest {
  @TempDir Path sources;
  @TempDir Path cache;

  @BeforeEach
  void write() throws IOException {
    for (String name : new String[] {"main.go", "go.mod", "go.sum"}) {
      Files.writeString(sources.resolve(name), name);
    }
  }

  @Test
  void file_changesWithItsSources_andComesBack() throws IOException {
    Path first = binary().file();
    assertThat(first).startsWithRaw(cache);
    Files.writeString(sources.resolve("go.sum"), "another version");
    assertThat(binary().file()).isNotEqualTo(first);
    Files.writeString(sources.resolve("go.sum"), "go.sum");
    assertThat(binary().file()).isEqualTo(first);
  }

  @Test
  void get_takesWhatIsThere() throws IOException, InterruptedException {
    Path file = binary().file();
    Files.createDirectories(file.getParent());
    Files.writeString(file, "built before");
    assertThat(binary().get()).hasContent("built before");
  }

  @Test
  void get_ofWhatDoesNotCompile_saysWhy_andLeavesNothing() throws IOException {
    assertThatThrownBy(() -> binary().get())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("go");
    try (Stream<Path> left = Files.list(cache)) {
      assertThat(left).extracting(Path::getFileName).containsExactly(Path.of("kube.lock"));
    }
  }

  private KubeBinary binary() {
    return new KubeBinary(sources, new CacheFolder(cache));
  }
}

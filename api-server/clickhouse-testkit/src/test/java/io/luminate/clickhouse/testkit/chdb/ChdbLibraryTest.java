// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit.chdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.luminate.testkit.CacheFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChdbLibraryTest {
  @TempDir private Path folder;

  @Test
  void check_ofAnotherArchive() throws IOException {
    Path archive = Files.writeString(folder.resolve("a.tgz"), "abc");
    // Of "abc", from FIPS 180-2, appendix C.1.
    String sha512 =
        "3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==";
    ChdbLibrary.check(archive, sha512);
    Files.writeString(archive, "abd");
    assertThatThrownBy(() -> ChdbLibrary.check(archive, sha512))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(archive + " has the SHA-512 ")
        .hasMessageEndingWith(" in place of " + sha512);
  }

  /** Fetches 170 MB. */
  @Test
  @Tag("soak")
  void get_byTwoProcessesAtOnce() throws Exception {
    assumeThat(ChdbLibrary.obstacle()).isEmpty();
    List<Process> both = List.of(fetch(), fetch());
    for (Process process : both) {
      assertThat(process.inputReader().readLine()).endsWith("/libchdb.so");
      assertThat(process.waitFor()).isZero();
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).as("the library's folder and the lock").hasSize(2);
    }
    assertThat(ChdbLibrary.get(new CacheFolder(folder))).isRegularFile();
  }

  private Process fetch() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            Fetch.class.getName(),
            folder.toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** The process that fetches. */
  static final class Fetch {
    public static void main(String[] args) throws IOException, InterruptedException {
      System.out.println(ChdbLibrary.get(new CacheFolder(Path.of(args[0]))));
    }
  }
}

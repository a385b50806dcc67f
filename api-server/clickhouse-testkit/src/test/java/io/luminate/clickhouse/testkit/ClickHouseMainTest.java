// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process of {@code make run BACKEND=clickhouse}, and the one below it. */
final class ClickHouseMainTest {
  private static final long PATIENCE_SECONDS = 60;

  @TempDir private Path folder;

  private Process main;
  private String firstLine;

  @BeforeEach
  void start() throws Exception {
    Way.find(); // skips where there is none
    main =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                ClickHouseMain.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .start();
    BufferedReader output = main.inputReader();
    firstLine = output.readLine();
    assertThat(firstLine).startsWith("ClickHouse answers on http://127.0.0.1:");
  }

  @AfterEach
  void end() {
    if (main != null) {
      main.destroyForcibly();
    }
  }

  @Test
  void main_saysWhereAndWho() throws Exception {
    assertThat(firstLine)
        .endsWith("to user luminate with the password in " + folder.resolve("passwords/luminate"));
    assertThat(session().query("SELECT currentUser()")).containsExactly("luminate");
  }

  @Test
  void main_endsInGoodOrder() throws Exception {
    ClickHouseSession session = session();
    main.destroy();
    assertThat(main.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(() -> session.query("SELECT 1")).isInstanceOf(ClickHouseException.class);
    assertThat(folder.resolve("url")).doesNotExist();
    // ClickHouse takes it away itself when it is not killed.
    assertThat(folder.resolve("data/status")).doesNotExist();
  }

  @Test
  void main_killed_takesItsChildWithIt() throws Exception {
    ProcessHandle child = main.children().findFirst().orElse(null);
    assumeThat(child).as("a container has no child").isNotNull();
    main.destroyForcibly();
    assertThat(child.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(child);
  }

  @Test
  void main_endsWithItsServer() throws Exception {
    ProcessHandle child = main.children().findFirst().orElse(null);
    assumeThat(child).as("a container has no child").isNotNull();
    child.destroyForcibly();
    assertThat(main.inputReader().readLine()).startsWith("ClickHouse ended by itself: the process");
    assertThat(main.waitFor()).isEqualTo(1);
  }

  private ClickHouseSession session() throws Exception {
    URI url = URI.create(Files.readString(folder.resolve("url")).strip());
    String password = Files.readString(folder.resolve("passwords/luminate"));
    return new ClickHouseSession(url, new ClickHouseUser("luminate", password));
  }
}

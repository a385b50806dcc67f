// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit.chdb;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;

/** How the process that hosts the engine is started. */
public final class ChdbCommand {
  private ChdbCommand() {}

  /** For a process that ends with this one. */
  public static ProcessBuilder of(Path folder, Path config, Path data)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // The engine's memory is its own; Java only starts it.
                "-Xmx32m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-XX:ErrorFile=" + folder.resolve("hs_err.log"),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                ownClasses(),
                ChdbMain.class.getName(),
                ChdbLibrary.get().toString(),
                config.toString(),
                data.toString(),
                Long.toString(ProcessHandle.current().pid())));
    builder.directory(folder.toFile()).redirectInput(new File("/dev/null"));
    // A terminal that can do nothing, and no settings of whoever runs the tests.
    builder.environment().put("TERM", "dumb");
    builder.environment().put("HOME", folder.toString());
    builder.environment().put("TZ", "UTC");
    return builder;
  }

  private static String ownClasses() {
    try {
      return Path.of(ChdbMain.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the class path holds a URL that is no URI", e);
    }
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.cluster;

import io.luminate.e2e.kubelet.Image;
import io.luminate.e2e.kubelet.Images;
import io.luminate.operator.OperatorMain;
import io.luminate.operator.config.OperatorKey;
import io.luminate.server.ServerMain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What pods of tests run. */
public final class TestImages {
  /** A {@link TestServer}, on port 8080 of its pod. */
  public static final String SERVER = "luminate/test-server:1";

  /** A shell that wants {@code args} or a {@code command}. */
  public static final String SHELL = "luminate/shell:1";

  /** The real server. */
  public static final String LUMINATE = "luminate/server:dev";

  /** The real operator. */
  public static final String OPERATOR = "luminate/operator:dev";

  private TestImages() {}

  static void register(Images images) {
    images
        .put(SHELL, Image.of("/bin/sh"))
        .put(
            SERVER,
            java(TestServer.class).withEnvironment(address -> Map.of("LISTEN_HOST", address)))
        .put(
            LUMINATE,
            java(ServerMain.class)
                .withEnvironment(
                    address ->
                        Map.of(
                            "LUMINATE_SERVER_HOST", address,
                            "LUMINATE_MANAGEMENT_HOST", address)))
        .put(
            OPERATOR,
            java(OperatorMain.class)
                .withEnvironment(
                    address -> Map.of(OperatorKey.MANAGEMENT_HOST.variable(), address)));
  }

  /** A main class of the tests' own class path. */
  private static Image java(Class<?> main) {
    List<String> flags =
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx128m",
            "--enable-native-access=ALL-UNNAMED");
    String classPath =
        main == TestServer.class
            ? Path.of(main.getProtectionDomain().getCodeSource().getLocation().getPath()).toString()
            : System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath, main.getName()));
    return Image.of(command.toArray(String[]::new));
  }
}

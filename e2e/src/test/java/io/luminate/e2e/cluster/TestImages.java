// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.cluster;

import io.luminate.e2e.kubelet.Image;
import io.luminate.e2e.kubelet.Images;
import io.luminate.operator.OperatorMain;
import io.luminate.operator.config.OperatorKey;
import io.luminate.server.ServerMain;
import java.nio.file.Path;
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

  /** The same, by another name. */
  public static final String LUMINATE_NEXT = "luminate/server:next";

  /** A server that ends as soon as it is started, and says {@link #LAST_WORDS}. */
  public static final String ENDS = "luminate/server:ends";

  public static final String LAST_WORDS = "storage.format: 9 is of a later version";

  /** A server that never answers. */
  public static final String HANGS = "luminate/server:hangs";

  /** The real operator. */
  public static final String OPERATOR = "luminate/operator:dev";

  /** The same with the settings of its JVM that its pod has, and the memory of its limit. */
  public static final String OPERATOR_AS_INSTALLED = "luminate/operator:plain";

  private TestImages() {}

  /**
   * Makes them known.
   *
   * @param classes of the server and of the operator
   */
  static void register(Images images, JarredClassPath classes) {
    Image luminate =
        image(new PodJvm(ServerMain.class, classes).command())
            .withEnvironment(
                address ->
                    Map.of("LUMINATE_SERVER_HOST", address, "LUMINATE_MANAGEMENT_HOST", address));
    PodJvm operator = new PodJvm(OperatorMain.class, classes);
    images
        .put(SHELL, Image.of("/bin/sh"))
        .put(ENDS, Image.of("/bin/sh", "-c", "echo '" + LAST_WORDS + "' >&2; exit 1"))
        .put(HANGS, Image.of("/bin/sh", "-c", "exec sleep 3600"))
        .put(SERVER, testServer())
        .put(LUMINATE, luminate)
        .put(LUMINATE_NEXT, luminate)
        .put(OPERATOR, operator(operator.command()))
        .put(OPERATOR_AS_INSTALLED, operator(operator.command(List.of("-XX:MaxRAM=512m"))));
  }

  private static Image testServer() {
    String classes =
        Path.of(TestServer.class.getProtectionDomain().getCodeSource().getLocation().getPath())
            .toString();
    return image(PodJvm.command(TestServer.class, PodJvm.FLAGS, classes))
        .withEnvironment(address -> Map.of("LISTEN_HOST", address));
  }

  private static Image operator(List<String> command) {
    return image(command)
        .withEnvironment(address -> Map.of(OperatorKey.MANAGEMENT_HOST.variable(), address));
  }

  private static Image image(List<String> command) {
    return Image.of(command.toArray(String[]::new));
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit;

import io.luminate.clickhouse.testkit.ServerConfig.Listen;
import io.luminate.clickhouse.testkit.chdb.ChdbLibrary;
import io.luminate.testkit.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/** The ways to run a server of our own, the better one first. */
enum Way {
  DOCKER,
  CHDB;

  /** Sockets of Docker and of those that stand in for it; looking there costs nothing. */
  private static Stream<Path> sockets() {
    String home = System.getProperty("user.home");
    String runtime = System.getenv().getOrDefault("XDG_RUNTIME_DIR", "/run/user/none");
    return Stream.of(
        Path.of("/var/run/docker.sock"),
        Path.of(home, ".docker/run/docker.sock"),
        Path.of(home, ".docker/desktop/docker.sock"),
        Path.of(runtime, "docker.sock"),
        Path.of(runtime, "podman/podman.sock"));
  }

  /** The first that is possible here. */
  static Way find() {
    Optional<String> noDocker = dockerObstacle();
    if (noDocker.isEmpty()) {
      return DOCKER;
    }
    String noLibrary = libraryObstacle().orElse("");
    if (noLibrary.isEmpty()) {
      return CHDB;
    }
    throw impossible(
        """
        There is no ClickHouse to be had here. Any of these would do:
        - %s=http://USER:PASSWORD@HOST:8123, a server on which tests may create databases; \
        those that kill their server need another way
        - a Docker engine: %s
        - libchdb.so, fetched with npm: %s"""
            .formatted(ClickHouse.URL_VARIABLE, noDocker.get(), noLibrary));
  }

  /**
   * A test that has no ClickHouse is skipped where a person builds; a build server that has lost
   * its way to one must not pass.
   */
  private static RuntimeException impossible(String reason) {
    boolean skip = System.getenv("CI") == null && isLoadable("org.opentest4j.TestAbortedException");
    return skip ? Skip.because(reason) : new ClickHouseException(reason);
  }

  /** A class of its own, as outside tests its library is not there. */
  private static final class Skip {
    static RuntimeException because(String reason) {
      return new TestAbortedException(reason);
    }
  }

  private static Optional<String> dockerObstacle() {
    boolean named = System.getenv("DOCKER_HOST") != null;
    if (!named && sockets().noneMatch(Files::exists)) {
      return Optional.of("DOCKER_HOST is not set, and none of its usual sockets is there");
    }
    if (!isLoadable("org.testcontainers.DockerClientFactory")) {
      return Optional.of("org.testcontainers:testcontainers is not on the class path");
    }
    return DockerHost.isPossible() ? Optional.empty() : Optional.of("it does not answer");
  }

  private static boolean isLoadable(String type) {
    try {
      Class.forName(type, false, Way.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static Optional<String> libraryObstacle() {
    Optional<String> obstacle = ChdbLibrary.obstacle();
    if (obstacle.isPresent()) {
      return obstacle;
    }
    try {
      ChdbLibrary.get();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    }
  }

  /** Where the server itself listens. */
  Listen listen(Site site) {
    return switch (this) {
      case DOCKER -> new Listen("0.0.0.0", DockerHost.HTTP_PORT, DockerHost.TCP_PORT);
      case CHDB -> new Listen("127.0.0.1", site.httpPort(), site.tcpPort());
    };
  }

  /** Where other servers reach its native protocol. */
  String address(Site site) {
    return switch (this) {
      case DOCKER -> site.name() + ":" + DockerHost.TCP_PORT;
      case CHDB -> "127.0.0.1:" + site.tcpPort();
    };
  }

  ServerHost host(Site site, ServerConfig config) {
    return switch (this) {
      case DOCKER -> new DockerHost(config, site.name(), site.httpPort(), site.tcpPort());
      case CHDB -> new ChdbHost(config);
    };
  }

  /**
   * Where one server is found.
   *
   * @param name within its cluster; of no other server on this machine
   * @param httpPort on 127.0.0.1, as is the other one
   */
  record Site(ServerFolder folder, String name, int httpPort, int tcpPort) {
    static Site of(ServerFolder folder, ClickHouseOptions options) {
      int httpPort = options.httpPort() == 0 ? FreePorts.next() : options.httpPort();
      String name = "clickhouse-" + ServerFolder.randomHex(4);
      return new Site(folder, name, httpPort, FreePorts.next());
    }
  }
}

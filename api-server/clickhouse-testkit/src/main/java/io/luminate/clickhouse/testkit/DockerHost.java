// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalLong;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.utility.DockerImageName;

/** A container. The folder has the same path in it as outside. */
final class DockerHost implements ServerHost {
  static final int HTTP_PORT = 8123;
  static final int TCP_PORT = 9000;
  private static final String IMAGE = "clickhouse/clickhouse-server:26.7";
  private static final int STOP_SECONDS = 20;

  private final ServerConfig config;
  private final ServerFolder folder;
  private final GenericContainer<?> container;
  private boolean created;

  DockerHost(ServerConfig config, String name, int httpPort, int tcpPort) {
    this.config = config;
    this.folder = config.folder();
    this.container =
        new GenericContainer<>(DockerImageName.parse(IMAGE))
            .withNetwork(Network.SHARED)
            .withNetworkAliases(name)
            .withExposedPorts(HTTP_PORT, TCP_PORT)
            .withFileSystemBind(
                folder.root().toString(), folder.root().toString(), BindMode.READ_WRITE)
            .withEnv("CLICKHOUSE_CONFIG", folder.config().toString())
            .withEnv("CLICKHOUSE_SKIP_USER_SETUP", "1")
            .waitingFor(new AnswersLater())
            .withCreateContainerCmdModifier(
                command -> adapt(command, owner(folder.root()), httpPort, tcpPort));
  }

  /** Whether an engine answers; takes a moment. */
  static boolean isPossible() {
    return DockerClientFactory.instance().isDockerAvailable();
  }

  /** As it will be made. */
  GenericContainer<?> container() {
    return container;
  }

  private static void adapt(CreateContainerCmd command, String user, int httpPort, int tcpPort) {
    HostConfig outside = Objects.requireNonNull(command.getHostConfig(), "set by testcontainers");
    command.withHostConfig(
        outside.withPortBindings(binding(httpPort, HTTP_PORT), binding(tcpPort, TCP_PORT)));
    command.withUser(user);
  }

  private static PortBinding binding(int outside, int inside) {
    return new PortBinding(
        Ports.Binding.bindIpAndPort("127.0.0.1", outside), ExposedPort.tcp(inside));
  }

  /** What the server writes must belong to whoever owns the folder. */
  private static String owner(Path folder) {
    try {
      return Files.getAttribute(folder, "unix:uid") + ":" + Files.getAttribute(folder, "unix:gid");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void start() {
    try {
      folder.write(config);
      if (created) {
        docker().startContainerCmd(container.getContainerId()).exec();
      } else {
        container.start();
        created = true;
      }
    } catch (IOException | RuntimeException e) {
      throw new ClickHouseException("the container cannot be started: " + e.getMessage(), e);
    }
  }

  private DockerClient docker() {
    return container.getDockerClient();
  }

  @Override
  public boolean isRunning() {
    return container.isRunning();
  }

  @Override
  public OptionalLong pid() {
    return OptionalLong.empty();
  }

  @Override
  public synchronized void stop() {
    if (isRunning()) {
      docker().stopContainerCmd(container.getContainerId()).withTimeout(STOP_SECONDS).exec();
    }
  }

  @Override
  public synchronized void kill() {
    if (isRunning()) {
      docker().killContainerCmd(container.getContainerId()).withSignal("KILL").exec();
      exit().awaitStatusCode();
    }
  }

  @Override
  public void awaitExit() {
    exit().awaitStatusCode();
  }

  private WaitContainerResultCallback exit() {
    return docker()
        .waitContainerCmd(container.getContainerId())
        .exec(new WaitContainerResultCallback());
  }

  @Override
  public synchronized String account() {
    String state = isRunning() ? "still runs" : "does not run";
    String output = created ? ServerFolder.tail(container.getLogs().lines()) : "nothing\n";
    return "the container " + state + "; it printed:\n" + output + folder.logTail();
  }

  @Override
  public void close() {
    container.stop();
  }

  /** Whoever starts a server waits for its answer to a query. */
  private static final class AnswersLater extends AbstractWaitStrategy {
    @Override
    protected void waitUntilReady() {
      // Not here.
    }
  }
}

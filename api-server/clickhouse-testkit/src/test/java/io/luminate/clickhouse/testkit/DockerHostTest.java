// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Ports.Binding;
import com.github.dockerjava.api.model.SELContext;
import com.github.dockerjava.api.model.Volume;
import io.luminate.clickhouse.testkit.Way.Site;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.core.CreateContainerCmdModifier;
import org.testcontainers.shaded.com.github.dockerjava.core.command.CreateContainerCmdImpl;

/** What an engine is told to make, which takes none; and what there is without one. */
@DisabledOnOs(
    value = OS.WINDOWS,
    disabledReason = "a container runs as the owner of its folder, whom only Unix numbers")
final class DockerHostTest {
  private static final int HTTP_PORT = 18_123;
  private static final int TCP_PORT = 19_000;

  @TempDir private Path root;

  private ServerFolder folder;
  private Site site;
  private DockerHost host;

  @BeforeEach
  void describe() {
    folder = new ServerFolder(root);
    site = new Site(folder, "clickhouse-1", HTTP_PORT, TCP_PORT);
    ServerConfig config =
        new ServerConfig(
            folder, 1L << 30, 0, Way.DOCKER.listen(site), List.of(), 1, "secret", false);
    host = (DockerHost) Way.DOCKER.host(site, config);
  }

  private CreateContainerCmd command() {
    CreateContainerCmd command =
        new CreateContainerCmdImpl(
            created -> {
              throw new AssertionError("nothing is to be made");
            },
            null,
            "any");
    for (CreateContainerCmdModifier modifier : host.container().getCreateContainerCmdModifiers()) {
      command = modifier.modify(command);
    }
    return command;
  }

  /** The users' passwords are in its folder, and databases of tests are nobody else's business. */
  @Test
  void ports_areThoseOfTheTests_andOpenToThisMachineAlone() {
    HostConfig outside = command().getHostConfig();
    assertThat(outside).isNotNull();
    assertThat(outside.getPortBindings().getBindings())
        .containsOnlyKeys(
            ExposedPort.tcp(DockerHost.HTTP_PORT), ExposedPort.tcp(DockerHost.TCP_PORT))
        .containsEntry(
            ExposedPort.tcp(DockerHost.HTTP_PORT),
            new Binding[] {Binding.bindIpAndPort("127.0.0.1", HTTP_PORT)})
        .containsEntry(
            ExposedPort.tcp(DockerHost.TCP_PORT),
            new Binding[] {Binding.bindIpAndPort("127.0.0.1", TCP_PORT)});
  }

  /** Else this process could neither read what it writes nor take it away. */
  @Test
  void user_isTheOwnerOfTheFolder() throws Exception {
    assertThat(command().getUser())
        .isEqualTo(
            Files.getAttribute(root, "unix:uid") + ":" + Files.getAttribute(root, "unix:gid"));
  }

  @Test
  void configuration_isThatOfTheFolder_whichHasItsOwnPathInside() {
    assertThat(host.container().getEnvMap())
        .containsEntry("CLICKHOUSE_CONFIG", folder.config().toString())
        .containsEntry("CLICKHOUSE_SKIP_USER_SETUP", "1");
    assertThat(host.container().getBinds())
        .containsExactly(
            new Bind(
                root.toString(), new Volume(root.toString()), AccessMode.rw, SELContext.shared));
    assertThat(folder.config()).startsWithRaw(root);
  }

  /** Within their network, where each port is the image's own. */
  @Test
  void otherServers_reachItByItsName() {
    assertThat(host.container().getNetworkAliases()).contains(site.name());
    assertThat(Way.DOCKER.address(site)).isEqualTo("clickhouse-1:9000");
    assertThat(Way.DOCKER.listen(site).host()).isEqualTo("0.0.0.0");
    assertThat(host.container().getExposedPorts())
        .containsExactlyInAnyOrder(
            Way.DOCKER.listen(site).httpPort(), Way.DOCKER.listen(site).tcpPort());
  }

  @Test
  void start_withoutAnEngine_saysSo() {
    assumeThat(DockerHost.isPossible()).as("an engine").isFalse();
    assertThatThrownBy(host::start)
        .isInstanceOf(ClickHouseException.class)
        .hasMessageStartingWith("the container cannot be started: ")
        .hasMessageContaining("Docker");
    assertThat(host.isRunning()).isFalse();
    assertThat(host.account()).startsWith("the container does not run");
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.api.model.Probe;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What probes and hooks do to a running container. Each answers with what was wrong. */
final class Checks {
  private static final int HTTP_GOOD_MIN = 200;
  private static final int HTTP_GOOD_MAX = 399;

  private final String address;
  private final Container container;
  private final ContainerProcess process;
  private final Path log;

  Checks(String address, Container container, ContainerProcess process, Path log) {
    this.address = address;
    this.container = container;
    this.process = process;
    this.log = log;
  }

  Optional<String> probe(Probe probe) throws InterruptedException {
    Duration time = Duration.ofSeconds(Objects.requireNonNullElse(probe.getTimeoutSeconds(), 1));
    if (probe.getHttpGet() != null) {
      return http(probe.getHttpGet(), time);
    }
    if (probe.getTcpSocket() != null) {
      return tcp(probe.getTcpSocket().getHost(), probe.getTcpSocket().getPort(), time);
    }
    if (probe.getExec() != null) {
      return execute(probe.getExec().getCommand(), time);
    }
    return Optional.of("this node knows httpGet, tcpSocket and exec alone");
  }

  Optional<String> hook(LifecycleHandler hook, Duration timeMax) throws InterruptedException {
    if (hook.getSleep() != null) {
      Duration asked = Duration.ofSeconds(hook.getSleep().getSeconds());
      Thread.sleep(asked.compareTo(timeMax) < 0 ? asked : timeMax);
      return Optional.empty();
    }
    if (hook.getHttpGet() != null) {
      return http(hook.getHttpGet(), timeMax);
    }
    return hook.getExec() == null
        ? Optional.of("this node knows sleep, httpGet and exec alone")
        : execute(hook.getExec().getCommand(), timeMax);
  }

  private Optional<String> http(HTTPGetAction get, Duration time) {
    String host = Objects.requireNonNullElse(get.getHost(), address);
    String scheme = Objects.requireNonNullElse(get.getScheme(), "HTTP");
    if (!scheme.equals("HTTP")) {
      return Optional.of("this node knows no probes by " + scheme);
    }
    String path = Objects.requireNonNullElse(get.getPath(), "/");
    URI uri = URI.create("http://" + host + ":" + number(get.getPort()) + path);
    try {
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      connection.setConnectTimeout((int) time.toMillis());
      connection.setReadTimeout((int) time.toMillis());
      connection.setRequestProperty("Connection", "close");
      connection.setRequestProperty("User-Agent", "kube-probe/1.36");
      get.getHttpHeaders()
          .forEach(header -> connection.setRequestProperty(header.getName(), header.getValue()));
      int status = connection.getResponseCode();
      connection.disconnect();
      return status >= HTTP_GOOD_MIN && status <= HTTP_GOOD_MAX
          ? Optional.empty()
          : Optional.of("HTTP probe failed with statuscode: " + status);
    } catch (IOException e) {
      return Optional.of("Get \"" + uri + "\": " + e.getMessage());
    }
  }

  private Optional<String> tcp(@Nullable String host, IntOrString port, Duration time) {
    String to = Objects.requireNonNullElse(host, address);
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(to, number(port)), (int) time.toMillis());
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("dial tcp " + to + ":" + number(port) + ": " + e.getMessage());
    }
  }

  private Optional<String> execute(List<String> command, Duration time)
      throws InterruptedException {
    try {
      int code = process.execute(command, log, time);
      return code == 0 ? Optional.empty() : Optional.of("command ended with " + code);
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** By number, or by name among the container's ports; 0, which nobody listens on, if absent. */
  private int number(IntOrString port) {
    if (port.getIntVal() != null) {
      return port.getIntVal();
    }
    return container.getPorts().stream()
        .filter(one -> port.getStrVal().equals(one.getName()))
        .findFirst()
        .map(ContainerPort::getContainerPort)
        .orElse(0);
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Makes a run of a container: its environment, its root and its process. */
final class ContainerStart {
  private static final String MESSAGE_PATH = "/dev/termination-log";

  private final PodSite site;
  private final Container container;
  private final Volumes volumes;
  private final Hosts hosts;

  ContainerStart(PodSite site, Container container, Volumes volumes, Hosts hosts) {
    this.site = site;
    this.container = container;
    this.volumes = volumes;
    this.hosts = hosts;
  }

  /**
   * Starts it.
   *
   * @param run counts from 0; each has a root of its own
   */
  ContainerProcess start(Image image, int run) throws IOException, NotYetException {
    refuseRoot(image);
    Map<String, String> environment = new Environment(site).of(container, image);
    List<String> command = Environment.command(container, image, environment);
    if (command.isEmpty()) {
      throw new NotYetException("no command specified");
    }
    Path folder = Files.createDirectories(folder(run));
    Path script = script(folder);
    return ContainerProcess.start(script, command, environment, site.log(container.getName()));
  }

  private Path folder(int run) {
    return site.folder().resolve(container.getName()).resolve(Integer.toString(run));
  }

  private Path script(Path folder) throws IOException, NotYetException {
    RootFolder root = new RootFolder(folder.resolve("root"));
    Path message = Files.createFile(folder.resolve("termination-log"));
    root.mount(message, messagePath(), false);
    root.mount(hosts.of(site), "/etc/hosts", true);
    for (VolumeMount mount : container.getVolumeMounts()) {
      root.mount(volumes.source(mount), mount.getMountPath(), volumes.isReadOnly(mount));
    }
    return root.finish(
        folder.resolve("root.sh"),
        Objects.requireNonNullElse(site.pod().getSpec().getHostname(), site.name()),
        Objects.requireNonNullElse(container.getWorkingDir(), "/"),
        security().map(SecurityContext::getReadOnlyRootFilesystem).orElse(false));
  }

  private String messagePath() {
    return Objects.requireNonNullElse(container.getTerminationMessagePath(), MESSAGE_PATH);
  }

  /** What it wrote to its termination message path in that run. */
  byte[] message(int run) throws IOException {
    return Files.readAllBytes(folder(run).resolve("termination-log"));
  }

  private Optional<SecurityContext> security() {
    return Optional.ofNullable(container.getSecurityContext());
  }

  /**
   * All processes are one user of this machine; a promise not to be root is checked nonetheless.
   */
  private void refuseRoot(Image image) throws NotYetException {
    Optional<PodSecurityContext> ofPod =
        Optional.ofNullable(site.pod().getSpec().getSecurityContext());
    boolean nonRoot =
        security()
            .map(SecurityContext::getRunAsNonRoot)
            .or(() -> ofPod.map(PodSecurityContext::getRunAsNonRoot))
            .orElse(false);
    long user =
        security()
            .map(SecurityContext::getRunAsUser)
            .or(() -> ofPod.map(PodSecurityContext::getRunAsUser))
            .orElse(image.user());
    if (nonRoot && user == 0) {
      throw new NotYetException("container has runAsNonRoot and image will run as root");
    }
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.cluster;

import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.luminate.e2e.kubelet.Images;
import io.luminate.e2e.kubelet.Kubelet;
import io.luminate.e2e.kubelet.Timing;
import io.luminate.e2e.proxy.ServiceProxy;
import io.luminate.kube.testkit.ApiAccess;
import io.luminate.kube.testkit.ControlPlane;
import io.luminate.kube.testkit.KubeBinary;
import io.luminate.kube.testkit.Namespaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A cluster in the namespaces of this process: one at a time, for its addresses are fixed. It ends
 * with the process, however that ends.
 */
public final class KubeCluster implements AutoCloseable {
  private static final String PROVISIONER = "kubernetes.io/host-path";

  private final ControlPlane controlPlane;
  private final KubernetesClient client;
  private final Images images;
  private final Kubelet kubelet;
  private final ServiceProxy proxy;

  private KubeCluster(Path binary, Path folder, Timing timing)
      throws IOException, InterruptedException {
    controlPlane = ControlPlane.start(binary, folder.resolve("control-plane"));
    client = newClient(controlPlane.access());
    images = new Images();
    createStorageClass();
    kubelet = Kubelet.start(client, folder.resolve("kubelet"), images, timing);
    proxy = ServiceProxy.start(client, kubelet::setHosts);
  }

  /** Why there cannot be one here, as far as that can be told without starting it. */
  public static Optional<String> obstacle() {
    Optional<String> outside = Namespaces.obstacle();
    if (outside.isPresent()) {
      return outside;
    }
    try {
      Path binary = KubeBinary.ofThisTree().file();
      return Files.exists(binary)
          ? Optional.empty()
          : Optional.of("the control plane is not built: make e2e does it, and says what it lacks");
    } catch (IOException e) {
      return Optional.of(e.toString());
    }
  }

  /**
   * Starts one, in some seconds.
   *
   * @param folder for everything it writes, new with each start
   */
  public static KubeCluster start(Path folder, Timing timing)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    return new KubeCluster(
        KubeBinary.ofThisTree().file(), folder.toAbsolutePath().toRealPath(), timing);
  }

  /** Claims are bound by it unless they name another. */
  private void createStorageClass() {
    client
        .storage()
        .v1()
        .storageClasses()
        .resource(
            new StorageClassBuilder()
                .withNewMetadata()
                .withName("host-path")
                .addToAnnotations("storageclass.kubernetes.io/is-default-class", "true")
                .endMetadata()
                .withProvisioner(PROVISIONER)
                .withVolumeBindingMode("Immediate")
                .withReclaimPolicy("Delete")
                .withAllowVolumeExpansion(true)
                .build())
        .create();
  }

  /** May do everything; closed with the cluster. */
  public KubernetesClient client() {
    return client;
  }

  /** A client that comes with some other token; the caller's to close. */
  public KubernetesClient newClient(String token) {
    return newClient(controlPlane.access().withToken(token));
  }

  private static KubernetesClient newClient(ApiAccess access) {
    Config config =
        new ConfigBuilder(Config.fromKubeconfig(access.kubeconfig()))
            .withRequestRetryBackoffLimit(0)
            .build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  public ControlPlane controlPlane() {
    return controlPlane;
  }

  /** What pods may run. */
  public Images images() {
    return images;
  }

  public Kubelet kubelet() {
    return kubelet;
  }

  @Override
  public void close() throws InterruptedException, IOException {
    proxy.close();
    kubelet.close();
    client.close();
    controlPlane.close();
  }
}

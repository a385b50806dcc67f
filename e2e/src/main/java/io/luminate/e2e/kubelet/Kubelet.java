// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.luminate.kube.testkit.Namespaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The node of a cluster, and its pods. */
public final class Kubelet implements AutoCloseable {
  public static final String NODE = "node-1";

  private static final int BYTE = 256;

  /** Nothing is given longer than this to be killed. */
  private static final Duration END_MAX = Duration.ofSeconds(5);

  private final KubernetesClient client;
  private final Path folder;
  private final Surroundings around;
  private final Node node;
  private final Thread lease;
  private final Map<String, PodWorker> pods = new ConcurrentHashMap<>();
  private final SharedIndexInformer<Pod> informer;

  /** Of addresses given out; the first 256 are not for pods. */
  private final AtomicInteger addresses = new AtomicInteger(BYTE + 1);

  private Kubelet(KubernetesClient client, Path folder, Images images, Timing timing)
      throws IOException {
    this.client = client;
    this.folder = Files.createDirectories(folder);
    Files.createDirectories(logs());
    around = new Surroundings(images, timing, new Hosts());
    node = new Node(client, NODE, Namespaces.NODE_ADDRESS);
    node.register();
    lease = Thread.ofVirtual().name("node-lease").start(node::keepAlive);
    informer =
        client
            .pods()
            .inAnyNamespace()
            .withField("spec.nodeName", NODE)
            .inform(
                new ResourceEventHandler<>() {
                  @Override
                  public void onAdd(Pod pod) {
                    see(pod);
                  }

                  @Override
                  public void onUpdate(Pod before, Pod pod) {
                    see(pod);
                  }

                  @Override
                  public void onDelete(Pod pod, boolean finalStateUnknown) {
                    forget(pod);
                  }
                });
  }

  /** Registers the node, and runs what is bound to it. */
  public static Kubelet start(KubernetesClient client, Path folder, Images images, Timing timing)
      throws IOException {
    return new Kubelet(client, folder, images, timing);
  }

  private void see(Pod pod) {
    pods.computeIfAbsent(pod.getMetadata().getUid(), _ -> begin(pod)).update(pod);
  }

  private PodWorker begin(Pod pod) {
    String uid = pod.getMetadata().getUid();
    PodSite site = new PodSite(client, pod, folder.resolve(uid), logs(), nextAddress());
    PodWorker worker = new PodWorker(site, around);
    worker.start();
    return worker;
  }

  private void forget(Pod pod) {
    PodWorker worker = pods.remove(pod.getMetadata().getUid());
    if (worker != null) {
      worker.forget();
    }
  }

  private String nextAddress() {
    int number = addresses.getAndIncrement();
    return "10.244." + number / BYTE + "." + number % BYTE;
  }

  /** Where the output of containers goes, one file each; they stay when the pod has gone. */
  public Path logs() {
    return folder.resolve("logs");
  }

  /** The process of a container that runs, to be looked at or to be killed. */
  public Optional<ProcessHandle> process(Pod pod, String container) {
    return Optional.ofNullable(pods.get(pod.getMetadata().getUid()))
        .flatMap(worker -> worker.process(container))
        .flatMap(process -> ProcessHandle.of(process.pid()));
  }

  /** How many pods are here, those that are ending included. */
  public int podCount() {
    return pods.size();
  }

  /** What pods shall find under these names from now on. */
  public void setHosts(Map<String, String> addressesByName) {
    around.hosts().set(addressesByName);
  }

  /** Ends every pod at once, and tells nobody. */
  @Override
  public void close() throws InterruptedException {
    informer.close();
    lease.interrupt();
    pods.values().forEach(PodWorker::abandon);
    for (PodWorker pod : pods.values()) {
      pod.join(END_MAX);
    }
  }
}

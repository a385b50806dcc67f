// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;

/**
 * What there is for one pod.
 *
 * @param pod as it was when it was bound; its labels and annotations may have changed since
 * @param folder for its volumes and the roots of its containers; gone when it is
 * @param logs stay when the pod has gone
 * @param address of no other pod
 */
record PodSite(KubernetesClient client, Pod pod, Path folder, Path logs, String address) {

  String namespace() {
    return pod.getMetadata().getNamespace();
  }

  String name() {
    return pod.getMetadata().getName();
  }

  String uid() {
    return pod.getMetadata().getUid();
  }

  Path log(String container) {
    return logs.resolve(namespace() + "_" + name() + "_" + uid() + "_" + container + ".log");
  }

  @Override
  public String toString() {
    return namespace() + "/" + name();
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.luminate.crd.Backend;
import io.luminate.crd.LuminateClusterSpec;
import io.luminate.crd.SecretKeyRef;
import java.util.ArrayList;
import java.util.List;

/**
 * What is mounted into a server, each with its folder. Folders are mounted whole: kubelets never
 * renew a single file, and a server reads the limits document and its token again.
 */
final class PodVolumes {
  /** Room for hundreds of crashes, and never a node's whole disk: who has more is evicted. */
  private static final String TMP_MAX = "256Mi";

  private final List<Volume> volumes = new ArrayList<>();
  private final List<VolumeMount> mounts = new ArrayList<>();

  private PodVolumes() {}

  static PodVolumes of(ClusterIdentity owner) {
    ObjectNames names = owner.names();
    LuminateClusterSpec spec = owner.cluster().getSpec();
    PodVolumes all = new PodVolumes();
    all.configMap("config", names.cluster(), PodFiles.CONFIG_FOLDER);
    all.configMap("limits", names.limits(), PodFiles.LIMITS_FOLDER);
    all.internal(names);
    if (spec.auth().publicKeySecretRef() != null) {
      all.secret(
          "public-key",
          spec.auth().publicKeySecretRef(),
          PodFiles.PUBLIC_KEY_FOLDER,
          PodFiles.PUBLIC_KEY_FILE);
    }
    if (spec.clickhouse() != null && spec.clickhouse().caSecretRef() != null) {
      all.secret(
          "clickhouse-ca", spec.clickhouse().caSecretRef(), PodFiles.CA_FOLDER, PodFiles.CA_FILE);
    }
    all.tmp();
    if (spec.backend() == Backend.ROCKSDB) {
      // The volume itself comes from the StatefulSet's template of claims.
      all.mount(ObjectNames.DATA, PodFiles.VOLUME_FOLDER, false);
    }
    return all;
  }

  /** What the job needs that cleans up. */
  static PodVolumes ofCleanup(ClusterIdentity owner) {
    PodVolumes all = new PodVolumes();
    all.internal(owner.names());
    all.tmp();
    return all;
  }

  List<Volume> volumes() {
    return volumes;
  }

  List<VolumeMount> mounts() {
    return mounts;
  }

  private void configMap(String volume, String name, String folder) {
    volumes.add(
        new VolumeBuilder()
            .withName(volume)
            .withNewConfigMap()
            .withName(name)
            .endConfigMap()
            .build());
    mount(volume, folder, true);
  }

  private void internal(ObjectNames names) {
    volumes.add(
        new VolumeBuilder()
            .withName("internal")
            .withNewSecret()
            .withSecretName(names.internal())
            .endSecret()
            .build());
    mount("internal", PodFiles.INTERNAL_FOLDER, true);
  }

  private void secret(String volume, SecretKeyRef ref, String folder, String file) {
    volumes.add(
        new VolumeBuilder()
            .withName(volume)
            .withNewSecret()
            .withSecretName(ref.name())
            .addNewItem()
            .withKey(ref.key())
            .withPath(file)
            .endItem()
            .endSecret()
            .build());
    mount(volume, folder, true);
  }

  /**
   * For native libraries, which are unpacked at each start: 17 MB until they are mapped, and some
   * of a megabyte that stay where a server is killed, as does what a JVM says of its own crash.
   */
  private void tmp() {
    volumes.add(
        new VolumeBuilder()
            .withName("tmp")
            .withNewEmptyDir()
            .withSizeLimit(new Quantity(TMP_MAX))
            .endEmptyDir()
            .build());
    mount("tmp", PodFiles.TMP_FOLDER, false);
  }

  private void mount(String volume, String folder, boolean readOnly) {
    VolumeMountBuilder mount = new VolumeMountBuilder().withName(volume).withMountPath(folder);
    mounts.add((readOnly ? mount.withReadOnly(true) : mount).build());
  }
}

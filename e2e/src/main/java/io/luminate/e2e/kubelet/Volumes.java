// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.luminate.e2e.kubelet.KeyedFiles.Content;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A pod's volumes: folders of this machine that its containers mount. */
final class Volumes {
  private final PodSite site;
  private final VolumeSources sources;
  private final Map<String, Path> folders = new HashMap<>();

  /** Those that follow their objects. */
  private final Map<Volume, KeyedFiles> keyed = new HashMap<>();

  /** What the last look has found. */
  private final Map<Volume, Map<String, Content>> found = new HashMap<>();

  Volumes(PodSite site) {
    this.site = site;
    this.sources = new VolumeSources(site);
  }

  /** Makes all of them; tried again from the start where something is not there yet. */
  void prepare() throws IOException, NotYetException {
    for (Volume volume : site.pod().getSpec().getVolumes()) {
      folders.put(volume.getName(), prepare(volume));
    }
  }

  private Path prepare(Volume volume) throws IOException, NotYetException {
    Path folder = site.folder().resolve("volumes").resolve(volume.getName());
    if (VolumeSources.isKeyed(volume)) {
      KeyedFiles files =
          keyed.containsKey(volume)
              ? Objects.requireNonNull(keyed.get(volume))
              : new KeyedFiles(folder);
      keyed.put(volume, files);
      files.put(sources.read(volume));
      return folder;
    }
    if (volume.getEmptyDir() != null) {
      return Files.createDirectories(folder);
    }
    if (volume.getHostPath() != null) {
      return Path.of(volume.getHostPath().getPath());
    }
    if (volume.getPersistentVolumeClaim() != null) {
      return claimed(volume.getPersistentVolumeClaim().getClaimName());
    }
    throw new NotYetException("this node has no such kind of volume: " + volume.getName());
  }

  private Path claimed(String claim) throws NotYetException, IOException {
    PersistentVolumeClaim found =
        site.client().persistentVolumeClaims().inNamespace(site.namespace()).withName(claim).get();
    if (found == null || !"Bound".equals(found.getStatus().getPhase())) {
      throw new NotYetException("the claim " + claim + " is not bound");
    }
    String volume = found.getSpec().getVolumeName();
    return Optional.ofNullable(site.client().persistentVolumes().withName(volume).get())
        .map(PersistentVolume::getSpec)
        .map(spec -> spec.getHostPath())
        .map(path -> Path.of(path.getPath()))
        .orElseThrow(() -> new NotYetException("the volume " + volume + " has no host path"));
  }

  /**
   * Fills volumes with what the look before has found, as a kubelet goes by a cache, and looks
   * again at the objects; whatever cannot be read stays as it is.
   */
  void refresh() throws IOException {
    for (Map.Entry<Volume, KeyedFiles> volume : keyed.entrySet()) {
      Map<String, Content> before = found.get(volume.getKey());
      if (before != null) {
        volume.getValue().put(before);
      }
      try {
        found.put(volume.getKey(), sources.read(volume.getKey()));
      } catch (NotYetException e) {
        // Gone since: a pod keeps what it has.
      }
    }
  }

  boolean follow() {
    return !keyed.isEmpty();
  }

  /** Where a container's mount comes from. */
  Path source(VolumeMount mount) throws IOException, NotYetException {
    Path folder = folders.get(mount.getName());
    if (folder == null) {
      throw new NotYetException("no volume " + mount.getName());
    }
    if (mount.getSubPath() == null || mount.getSubPath().isEmpty()) {
      return folder;
    }
    Path inside = folder.resolve(mount.getSubPath());
    // As a kubelet does, a folder that is not there is made; a file of a keyed volume is there.
    return Files.exists(inside) ? inside.toRealPath() : Files.createDirectories(inside);
  }

  /** Keys of ConfigMaps and the like cannot be written, whatever the mount says. */
  boolean isReadOnly(VolumeMount mount) {
    return Boolean.TRUE.equals(mount.getReadOnly())
        || keyed.keySet().stream().anyMatch(volume -> volume.getName().equals(mount.getName()));
  }
}

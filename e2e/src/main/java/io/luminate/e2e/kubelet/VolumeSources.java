// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccountTokenProjection;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.luminate.e2e.kubelet.KeyedFiles.Content;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the objects that fill volumes: ConfigMaps, Secrets, tokens and a pod's own fields. */
final class VolumeSources {
  private static final int MODE = 0644;

  private record Token(String value, Instant renewal) {}

  private final PodSite site;
  private final ConfigObjects objects;

  /** By volume, so that a look at a volume does not make a token each time. */
  private final Map<String, Token> tokens = new HashMap<>();

  VolumeSources(PodSite site) {
    this.site = site;
    this.objects = new ConfigObjects(site);
  }

  static boolean isKeyed(Volume volume) {
    return volume.getConfigMap() != null
        || volume.getSecret() != null
        || volume.getProjected() != null
        || volume.getDownwardAPI() != null;
  }

  /** The files of a volume, by their paths in it. */
  Map<String, Content> read(Volume volume) throws NotYetException {
    Map<String, Content> files = new HashMap<>();
    if (volume.getConfigMap() != null) {
      var map = volume.getConfigMap();
      addConfigMap(files, map.getName(), map.getItems(), map.getOptional(), map.getDefaultMode());
    } else if (volume.getSecret() != null) {
      var secret = volume.getSecret();
      addSecret(
          files,
          secret.getSecretName(),
          secret.getItems(),
          secret.getOptional(),
          secret.getDefaultMode());
    } else if (volume.getDownwardAPI() != null) {
      addFields(
          files, volume.getDownwardAPI().getItems(), volume.getDownwardAPI().getDefaultMode());
    } else {
      for (VolumeProjection source : volume.getProjected().getSources()) {
        addProjection(files, volume.getName(), source, volume.getProjected().getDefaultMode());
      }
    }
    return files;
  }

  private void addProjection(
      Map<String, Content> files, String volume, VolumeProjection source, @Nullable Integer mode)
      throws NotYetException {
    if (source.getServiceAccountToken() != null) {
      ServiceAccountTokenProjection token = source.getServiceAccountToken();
      files.put(token.getPath(), content(token(volume, token), mode));
    }
    if (source.getConfigMap() != null) {
      var map = source.getConfigMap();
      addConfigMap(files, map.getName(), map.getItems(), map.getOptional(), mode);
    }
    if (source.getSecret() != null) {
      var secret = source.getSecret();
      addSecret(files, secret.getName(), secret.getItems(), secret.getOptional(), mode);
    }
    if (source.getDownwardAPI() != null) {
      addFields(files, source.getDownwardAPI().getItems(), mode);
    }
  }

  private void addConfigMap(
      Map<String, Content> files,
      String name,
      List<KeyToPath> items,
      @Nullable Boolean optional,
      @Nullable Integer mode)
      throws NotYetException {
    Optional<ConfigMap> map = objects.configMap(name, Boolean.TRUE.equals(optional));
    if (map.isPresent()) {
      addKeys(files, ConfigObjects.bytes(map.get()), items, optional, mode);
    }
  }

  private void addSecret(
      Map<String, Content> files,
      String name,
      List<KeyToPath> items,
      @Nullable Boolean optional,
      @Nullable Integer mode)
      throws NotYetException {
    Optional<Secret> secret = objects.secret(name, Boolean.TRUE.equals(optional));
    if (secret.isPresent()) {
      addKeys(files, ConfigObjects.bytes(secret.get()), items, optional, mode);
    }
  }

  private static void addKeys(
      Map<String, Content> files,
      Map<String, byte[]> data,
      List<KeyToPath> items,
      @Nullable Boolean optional,
      @Nullable Integer mode)
      throws NotYetException {
    if (items.isEmpty()) {
      data.forEach((key, bytes) -> files.put(key, new Content(bytes, orDefault(mode))));
      return;
    }
    for (KeyToPath item : items) {
      byte[] bytes = data.get(item.getKey());
      if (bytes != null) {
        Integer own = item.getMode();
        files.put(item.getPath(), new Content(bytes, own == null ? orDefault(mode) : own));
      } else if (!Boolean.TRUE.equals(optional)) {
        throw new NotYetException("references non-existent config key: " + item.getKey());
      }
    }
  }

  private void addFields(
      Map<String, Content> files, List<DownwardAPIVolumeFile> items, @Nullable Integer mode)
      throws NotYetException {
    for (DownwardAPIVolumeFile item : items) {
      if (item.getFieldRef() != null) {
        files.put(item.getPath(), content(Fields.field(item.getFieldRef(), site), mode));
      } else {
        String wanted = item.getResourceFieldRef().getContainerName();
        var container =
            site.pod().getSpec().getContainers().stream()
                .filter(one -> one.getName().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new NotYetException("no container " + wanted));
        String value = Fields.resource(item.getResourceFieldRef(), container);
        files.put(item.getPath(), content(value, mode));
      }
    }
  }

  /** Bound to the pod, and renewed when four fifths of its life are over. */
  private String token(String volume, ServiceAccountTokenProjection projection) {
    String key = volume + "/" + projection.getPath();
    Token known = tokens.get(key);
    if (known == null || Instant.now().isAfter(known.renewal())) {
      known = request(projection);
      tokens.put(key, known);
    }
    return known.value();
  }

  private Token request(ServiceAccountTokenProjection projection) {
    long seconds = Objects.requireNonNullElse(projection.getExpirationSeconds(), 3600L);
    TokenRequest request =
        new TokenRequestBuilder()
            .withNewSpec()
            .withExpirationSeconds(seconds)
            .withAudiences(
                projection.getAudience() == null ? List.of() : List.of(projection.getAudience()))
            .withNewBoundObjectRef("v1", "Pod", site.name(), site.uid())
            .endSpec()
            .build();
    TokenRequest granted =
        site.client()
            .serviceAccounts()
            .inNamespace(site.namespace())
            .withName(site.pod().getSpec().getServiceAccountName())
            .tokenRequest(request);
    Duration life = Duration.ofSeconds(seconds).multipliedBy(4).dividedBy(5);
    return new Token(granted.getStatus().getToken(), Instant.now().plus(life));
  }

  private static Content content(String text, @Nullable Integer mode) {
    return new Content(text.getBytes(StandardCharsets.UTF_8), orDefault(mode));
  }

  private static int orDefault(@Nullable Integer mode) {
    return mode == null ? MODE : mode;
  }
}

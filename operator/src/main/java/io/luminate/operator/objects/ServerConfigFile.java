// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.luminate.crd.Auth;
import io.luminate.crd.ClickHouse;
import io.luminate.crd.LuminateClusterSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/**
 * A server's config.yaml: what the resource says, and what its pod needs. Limits and retention are
 * in the limits document alone, as each change here rolls all pods; where a server listens is left
 * to the image.
 */
final class ServerConfigFile {
  private static final String STORAGE = "storage.";

  /** Values by path. */
  private final Map<String, Object> settings = new LinkedHashMap<>();

  private final ClusterIdentity owner;

  private ServerConfigFile(ClusterIdentity owner) {
    this.owner = owner;
    LuminateClusterSpec spec = owner.cluster().getSpec();
    settings.put("server.port", Ports.API);
    settings.put("server.shutdown_timeout", PodLife.DRAIN_SECONDS + "s");
    auth(spec.auth());
    switch (spec.backend()) {
      case ROCKSDB -> rocksDb();
      case CLICKHOUSE ->
          clickHouse(Objects.requireNonNull(spec.clickhouse(), "as the schema asks"));
    }
    settings.put("limits.file", PodFiles.LIMITS);
    settings.put("management.port", Ports.MANAGEMENT);
    settings.put("management.internal_port", Ports.INTERNAL);
    settings.put("management.internal_token_file", PodFiles.TOKEN);
  }

  static ServerConfigFile of(ClusterIdentity owner) {
    return new ServerConfigFile(owner);
  }

  ConfigMap configMap() {
    return new ConfigMapBuilder()
        .withMetadata(owner.meta(owner.name()))
        .addToData(PodFiles.CONFIG_KEY, text())
        .build();
  }

  String text() {
    Dump dump =
        new Dump(
            DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).setWidth(4096).build());
    return dump.dumpToString(nested());
  }

  /** Changes with every change of it. */
  String hash() {
    return Digests.sha256(text());
  }

  /** The variables that would win over a setting in this file. */
  Set<String> variables() {
    Set<String> names = new TreeSet<>();
    settings.keySet().forEach(path -> names.addAll(variables(path)));
    return names;
  }

  /** Both names that a setting has in the environment. */
  static List<String> variables(String path) {
    List<String> names = new ArrayList<>();
    names.add(variable(path));
    if (path.startsWith(STORAGE)) {
      names.add(variable(path.substring(STORAGE.length())));
    }
    return names;
  }

  private static String variable(String path) {
    return "LUMINATE_" + path.toUpperCase(Locale.ROOT).replace('.', '_');
  }

  private void auth(Auth auth) {
    settings.put("auth.enabled", auth.enabled());
    if (auth.allowAnonymous()) {
      settings.put("auth.allow_anonymous", true);
    }
    settings.put("auth.token_expiry", auth.tokenExpiry());
    if (auth.publicKeySecretRef() != null) {
      settings.put("auth.jwt_public_key_path", PodFiles.PUBLIC_KEY);
    }
    if (auth.jwks() != null) {
      settings.put("auth.jwks_url", auth.jwks().url());
    }
  }

  /**
   * What is past its retention is freed by the CronJob, so that it happens when people expect it.
   */
  private void rocksDb() {
    settings.put("storage.backend", "rocksdb");
    settings.put("storage.rocksdb.data_dir", PodFiles.DATA);
    settings.put("retention.cleanup_interval", 0);
  }

  private void clickHouse(ClickHouse clickHouse) {
    settings.put("storage.backend", "clickhouse");
    settings.put("storage.clickhouse.addresses", literal(clickHouse.addresses()));
    if (!clickHouse.readAddresses().isEmpty()) {
      settings.put("storage.clickhouse.read_addresses", literal(clickHouse.readAddresses()));
    }
    settings.put("storage.clickhouse.database", clickHouse.database());
    if (clickHouse.cluster() != null) {
      settings.put("storage.clickhouse.cluster", clickHouse.cluster());
    }
    settings.put("storage.clickhouse.owner", owner.namespace() + "/" + owner.name());
    if (clickHouse.caSecretRef() != null) {
      settings.put("storage.clickhouse.ca_file", PodFiles.CA);
    }
  }

  /**
   * A server takes <code>${NAME}</code> in its file for a variable, of which a URL knows nothing.
   */
  private static List<String> literal(List<String> addresses) {
    return addresses.stream().map(address -> address.replace("${", "%24{")).toList();
  }

  private Map<String, Object> nested() {
    Map<String, Object> root = new LinkedHashMap<>();
    settings.forEach((path, value) -> put(root, path, value));
    return root;
  }

  @SuppressWarnings("unchecked")
  private static void put(Map<String, Object> section, String path, Object value) {
    int dot = path.indexOf('.');
    if (dot < 0) {
      section.put(path, value);
    } else {
      Object inner = section.computeIfAbsent(path.substring(0, dot), _ -> new LinkedHashMap<>());
      put((Map<String, Object>) inner, path.substring(dot + 1), value);
    }
  }
}

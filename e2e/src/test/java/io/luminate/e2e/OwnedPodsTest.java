// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.luminate.crd.LuminateCluster;
import io.luminate.operator.objects.ClusterFacts;
import io.luminate.operator.objects.ClusterObjects;
import io.luminate.operator.objects.OperatorPods;
import io.luminate.operator.objects.OptionalKind;
import io.luminate.operator.objects.PodFiles;
import io.luminate.operator.objects.SecretValue;
import io.luminate.server.ServerMain;
import io.luminate.server.config.CommandLine;
import io.luminate.server.config.ConfigException;
import io.luminate.server.config.ConfigLoader;
import io.luminate.server.config.KeySource;
import io.luminate.server.config.LoadedConfig;
import io.luminate.server.config.LuminateConfig;
import io.luminate.server.config.StorageConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the operator's pods start with, servers take as it is meant. Only here both are seen. */
final class OwnedPodsTest {
  private static final String SECRET = "a secret of thirty-two bytes, at least";
  private static final Pattern METRIC = Pattern.compile("luminate_[a-z_]+");
  private static final SourceTree TREE = SourceTree.read();

  @TempDir Path folder;

  private static LuminateCluster example(String name) {
    return Serialization.unmarshal(
        TREE.get("crds/examples/" + name)
            .text()
            .replace("metadata:", "metadata:\n  namespace: ns\n  uid: a"),
        LuminateCluster.class);
  }

  private static LuminateCluster cluster(String spec) {
    return Serialization.unmarshal(
        """
        apiVersion: luminate.io/v1alpha1
        kind: LuminateCluster
        metadata: {name: main, namespace: ns, uid: a}
        spec:
        """
            + spec.indent(2),
        LuminateCluster.class);
  }

  private static ClusterObjects objects(LuminateCluster cluster) {
    Map<String, Map<String, String>> secrets = new HashMap<>();
    for (SecretValue value : ClusterObjects.namedSecrets(cluster)) {
      secrets.computeIfAbsent(value.secret(), _ -> new HashMap<>()).put(value.key(), "c2VjcmV0");
    }
    return ClusterObjects.of(
        cluster,
        new ClusterFacts(
            "luminate/server:dev",
            new OperatorPods("luminate-system", Map.of("app", "operator")),
            Set.of(OptionalKind.values()),
            secrets,
            Optional.empty()));
  }

  private static <T extends HasMetadata> Stream<T> find(ClusterObjects all, Class<T> type) {
    return all.objects().stream().filter(type::isInstance).map(type::cast);
  }

  private static Container server(ClusterObjects all) {
    return pod(all).getContainers().getFirst();
  }

  private static PodSpec pod(ClusterObjects all) {
    return Stream.concat(
            find(all, StatefulSet.class).map(set -> set.getSpec().getTemplate()),
            find(all, Deployment.class).map(set -> set.getSpec().getTemplate()))
        .findFirst()
        .orElseThrow()
        .getSpec();
  }

  /** As a server starts: what is mounted stands below a folder of this machine. */
  private LoadedConfig start(LuminateCluster cluster) throws IOException, ConfigException {
    ClusterObjects all = objects(cluster);
    mount(all);
    return ConfigLoader.load(CommandLine.parse(arguments(all)), environment(all));
  }

  private List<String> arguments(ClusterObjects all) {
    return server(all).getArgs().stream().map(this::here).toList();
  }

  private String here(String text) {
    return text.replace("/etc/luminate", folder.toString());
  }

  private static Map<String, String> environment(ClusterObjects all) {
    return server(all).getEnv().stream()
        // The start script takes it out.
        .filter(variable -> !variable.getName().equals("LUMINATE_HEAP"))
        .collect(
            Collectors.toMap(
                EnvVar::getName,
                variable -> Optional.ofNullable(variable.getValue()).orElse(SECRET)));
  }

  private void mount(ClusterObjects all) throws IOException {
    for (VolumeMount mount : server(all).getVolumeMounts()) {
      Optional<Volume> volume =
          pod(all).getVolumes().stream()
              .filter(one -> one.getName().equals(mount.getName()))
              .findFirst();
      for (Map.Entry<String, String> file :
          volume.map(one -> files(all, one)).orElse(Map.of()).entrySet()) {
        Path path = Path.of(here(mount.getMountPath()), file.getKey());
        Files.createDirectories(path.getParent());
        Files.writeString(path, here(file.getValue()));
      }
    }
  }

  /** What a volume has, by name. */
  private static Map<String, String> files(ClusterObjects all, Volume volume) {
    if (volume.getConfigMap() != null) {
      return find(all, ConfigMap.class)
          .filter(map -> map.getMetadata().getName().equals(volume.getConfigMap().getName()))
          .findFirst()
          .map(ConfigMap::getData)
          .orElse(Map.of(PodFiles.LIMITS_KEY, "{\"version\": 7}", PodFiles.REPLICAS_KEY, "3"));
    }
    if (volume.getSecret() == null) {
      return Map.of();
    }
    return volume.getSecret().getItems().isEmpty()
        ? Map.of(PodFiles.TOKEN_KEY, SECRET, PodFiles.PREVIOUS_TOKEN_KEY, SECRET)
        : volume.getSecret().getItems().stream()
            .collect(Collectors.toMap(KeyToPath::getPath, _ -> SECRET));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cluster-rocksdb.yaml", "cluster-clickhouse.yaml"})
  void examples_passTheServersOwnCheck(String example) throws Exception {
    ClusterObjects all = objects(example(example));
    mount(all);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", classPath(), ServerMain.class.getName()));
    command.addAll(arguments(all));
    command.add("--check-config");
    ProcessBuilder server = new ProcessBuilder(command).redirectErrorStream(true);
    server.environment().putAll(environment(all));
    Process process = server.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said).contains("limits document: version 7").doesNotContain("warning");
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  @Test
  void rocksDb_startsAsTheResourceSays() throws Exception {
    LoadedConfig loaded = start(example("cluster-rocksdb.yaml"));
    LuminateConfig config = loaded.config();
    assertThat(loaded.warnings()).isEmpty();
    assertThat(config.storage().backend()).isEqualTo(StorageConfig.Backend.ROCKSDB);
    assertThat(config.storage().rocksdb().dataDir()).isEqualTo(Path.of("/var/lib/luminate/data"));
    assertThat(config.auth().enabled()).isTrue();
    assertThat(config.auth().keySource()).isInstanceOf(KeySource.HmacSecret.class);
    assertThat(config.retention().cleanupInterval()).isEqualTo(Duration.ZERO);
    assertThat(config.limits().path()).hasValue(folder.resolve("limits/limits.json.gz"));
    assertThat(config.server().port()).isEqualTo(8080);
    assertThat(config.management().port()).isEqualTo(8081);
    assertThat(config.management().internalPort()).isEqualTo(8082);
    assertThat(config.management().internalTokenPath())
        .hasValue(folder.resolve("internal/current"));
  }

  @Test
  void clickHouse_startsAsTheResourceSays() throws Exception {
    LoadedConfig loaded = start(example("cluster-clickhouse.yaml"));
    LuminateConfig config = loaded.config();
    assertThat(loaded.warnings()).isEmpty();
    assertThat(config.storage().backend()).isEqualTo(StorageConfig.Backend.CLICKHOUSE);
    assertThat(config.storage().clickhouse().addresses())
        .containsExactly(
            "https://clickhouse-0.clickhouse:8443", "https://clickhouse-1.clickhouse:8443");
    assertThat(config.storage().clickhouse().cluster()).hasValue("main");
    assertThat(config.storage().clickhouse().ownership().owner()).isEqualTo("ns/metrics");
    assertThat(config.storage().clickhouse().login().username()).isEqualTo(SECRET);
    assertThat(config.storage().clickhouse().login().password().reveal()).isEqualTo(SECRET);
    assertThat(config.storage().clickhouse().login().caFile())
        .isEqualTo(folder + "/clickhouse-ca/ca.pem");
    assertThat(config.auth().keySource())
        .isEqualTo(
            new KeySource.JwksUrl(URI.create("https://issuer.example.com/.well-known/jwks.json")));
    assertThat(config.auth().tokenExpiry()).isEqualTo(Duration.ofHours(12));
  }

  @Test
  void anonymous_publicKey_andOddAddresses_startToo() throws Exception {
    LuminateConfig anonymous =
        start(
                cluster(
                    """
                    backend: clickhouse
                    clickhouse:
                      addresses: ["http://ch:8123/${HOME}/x,y"]
                      readAddresses: ["[::1]:8123"]
                      database: "null"
                    auth: {enabled: false, allowAnonymous: true}
                    """))
            .config();
    assertThat(anonymous.auth().enabled()).isFalse();
    assertThat(anonymous.storage().clickhouse().addresses())
        .containsExactly("http://ch:8123/%24{HOME}/x,y");
    assertThat(anonymous.storage().clickhouse().readAddresses()).containsExactly("[::1]:8123");
    assertThat(anonymous.storage().clickhouse().database()).isEqualTo("null");
    LuminateConfig signed =
        start(cluster("backend: rocksdb\nauth: {publicKeySecretRef: {name: issuer, key: a.crt}}"))
            .config();
    assertThat(signed.auth().keySource())
        .isEqualTo(new KeySource.PublicKeyFile(folder.resolve("public-key/public-key.pem")));
  }

  @Test
  void alerts_areAboutMetricsThatServersHave() {
    Set<String> documented = metrics(TREE.get("docs/configuration.md").text());
    Set<String> alertedOn =
        objects(example("cluster-rocksdb.yaml")).objects().stream()
            .filter(object -> object.getKind().equals("PrometheusRule"))
            .flatMap(object -> metrics(Serialization.asYaml(object)).stream())
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(alertedOn).contains("luminate_up");
    assertThat(documented).containsAll(alertedOn);
  }

  private static Set<String> metrics(String text) {
    return METRIC.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
  }
}

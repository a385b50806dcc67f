// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.manifests;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.luminate.operator.objects.OperatorPods;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** All that an operator is installed with, in one file for {@code kubectl apply -f}. */
final class InstallManifest {
  private static final String NAMESPACE = "luminate-system";
  private static final String NAME = OperatorDeployment.NAME;

  private static final String HEADER =
      """
      # SPDX-FileCopyrightText: The Luminate Authors
      # SPDX-License-Identifier: Apache-2.0
      #
      # %s
      # Generated: `make manifests` writes it.
      """;

  private final Path root;

  /**
   * A maker of manifests.
   *
   * @param root the repository's folder, which has the definitions
   */
  InstallManifest(Path root) {
    this.root = root;
  }

  /** The files by their paths from the repository's folder. */
  Map<String, String> texts() {
    return Map.of(
        "operator/install.yaml",
        text(
            "The operator, for clusters in all namespaces: kubectl apply -f operator/install.yaml",
            forAllNamespaces()),
        "operator/install-one-namespace.yaml",
        text(
            "The operator, for clusters in its own namespace, in which alone it may do anything."
                + " Another name than "
                + NAMESPACE
                + " is to be put in its place everywhere.",
            forOneNamespace()),
        "operator/watched-namespace.yaml",
        header(
                "What the operator in "
                    + NAMESPACE
                    + " may do in one more namespace that it looks after: kubectl apply -n NAME -f"
                    + " operator/watched-namespace.yaml")
            + yaml(role(NAME, "", Grants.ofWatchedNamespaces())));
  }

  private List<HasMetadata> forAllNamespaces() {
    return objects(
        Stream.of(
            new ClusterRoleBuilder()
                .withMetadata(meta(NAME, ""))
                .withRules(Grants.ofWatchedNamespaces())
                .build(),
            new ClusterRoleBindingBuilder()
                .withMetadata(meta(NAME, ""))
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", NAME)
                .addNewSubject("", "ServiceAccount", NAME, NAMESPACE)
                .build()),
        "");
  }

  private List<HasMetadata> forOneNamespace() {
    return objects(role(NAME, NAMESPACE, Grants.ofWatchedNamespaces()), NAMESPACE);
  }

  private List<HasMetadata> objects(Stream<HasMetadata> grants, String watched) {
    List<HasMetadata> objects = new ArrayList<>();
    objects.add(namespace());
    objects.add(new ServiceAccountBuilder().withMetadata(meta(NAME, NAMESPACE)).build());
    grants.forEach(objects::add);
    role(NAME + "-lease", NAMESPACE, Grants.ofLease()).forEach(objects::add);
    objects.add(peoples("luminate-view", "aggregate-to-view", Grants.toView()));
    objects.add(peoples("luminate-edit-limits", "aggregate-to-admin", Grants.toEditLimits()));
    objects.add(OperatorDeployment.metrics(NAMESPACE));
    objects.add(OperatorDeployment.deployment(NAMESPACE, watched));
    return objects;
  }

  private static HasMetadata namespace() {
    return new NamespaceBuilder()
        .withNewMetadata()
        .withName(NAMESPACE)
        .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
        .endMetadata()
        .build();
  }

  /**
   * The rights, and that the operator has them.
   *
   * @param namespace where; empty for that which whoever applies it names
   */
  private static Stream<HasMetadata> role(String name, String namespace, List<PolicyRule> rules) {
    return Stream.of(
        new RoleBuilder().withMetadata(meta(name, namespace)).withRules(rules).build(),
        new RoleBindingBuilder()
            .withMetadata(meta(name, namespace))
            .withNewRoleRef("rbac.authorization.k8s.io", "Role", name)
            .addNewSubject("", "ServiceAccount", NAME, NAMESPACE)
            .build());
  }

  /** A role that one of those which every cluster has takes in. */
  private static HasMetadata peoples(String name, String aggregation, List<PolicyRule> rules) {
    return new ClusterRoleBuilder()
        .withNewMetadata()
        .withName(name)
        .addToLabels("rbac.authorization.k8s.io/" + aggregation, "true")
        .endMetadata()
        .withRules(rules)
        .build();
  }

  private static ObjectMeta meta(String name, String namespace) {
    return new ObjectMetaBuilder()
        .withName(name)
        .withNamespace(namespace.isEmpty() ? null : namespace)
        .withLabels(OperatorPods.LABELS)
        .build();
  }

  private String text(String what, List<HasMetadata> objects) {
    return header(what) + join(definitions()) + "---\n" + yaml(objects.stream());
  }

  private static String header(String what) {
    return HEADER.formatted(what) + "---\n";
  }

  private static String yaml(Stream<HasMetadata> objects) {
    return join(objects.map(Serialization::asYaml).map(InstallManifest::plain));
  }

  private static String join(Stream<String> texts) {
    return String.join("---\n", texts.toList());
  }

  private static String plain(String yaml) {
    return yaml.startsWith("---\n") ? yaml.substring("---\n".length()) : yaml;
  }

  /** As they are committed; a comment at their head is not repeated. */
  private Stream<String> definitions() {
    try (Stream<Path> files = Files.list(root.resolve("crds/generated"))) {
      return files.sorted().map(InstallManifest::read).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return plain(Files.readString(file).replaceAll("(?m)\\A(#.*\n)+", ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes them into the repository's folder, which is the argument. */
  public static void main(String[] arguments) throws IOException {
    Path root = Path.of(arguments[0]);
    for (Map.Entry<String, String> file : new InstallManifest(root).texts().entrySet()) {
      Files.writeString(root.resolve(file.getKey()), file.getValue());
    }
  }
}

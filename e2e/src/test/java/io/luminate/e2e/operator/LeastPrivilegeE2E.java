// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.luminate.e2e.cluster.KubeCluster;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.operator.OperatorRights.Ask;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The operator may do what it does, and nothing beside: of all rights that it is installed with one
 * scenario or another has used each. So this comes after all of them, and says nothing where only
 * some of them run.
 */
@OnKubernetes
@Isolated
@Order(OnKubernetes.LAST)
final class LeastPrivilegeE2E {
  private static final Path INSTALLED = Path.of("..", "operator", "install.yaml");

  /** With what each is for all the same. */
  private static final Map<Ask, String> NOT_USED_FOR_CERTAIN =
      Map.of(
          new Ask("luminate.io", "luminateclusters/finalizers", "update"),
          "asked by API servers with OwnerReferencesPermissionEnforcement, which is off by default",
          new Ask("luminate.io", "luminateclusters", "get"),
          "a status is written anew where somebody has changed the resource meanwhile",
          new Ask("luminate.io", "retentionpolicies", "get"),
          "as of a cluster",
          new Ask("luminate.io", "tenantquotas", "get"),
          "as of a cluster");

  @Test
  void rights_areUsedByOneScenarioOrAnother(KubeCluster cluster) throws Exception {
    Set<String> missing = new TreeSet<>(scenarios().map(Class::getSimpleName).toList());
    OnKubernetes.Shared.begun().forEach(one -> missing.remove(one.getSimpleName()));
    assumeTrue(missing.isEmpty(), () -> "a part of the scenarios ran, without " + missing);

    Set<Ask> granted = granted(cluster);
    assertThat(granted).hasSizeGreaterThan(50).containsAll(NOT_USED_FOR_CERTAIN.keySet());
    Set<Ask> unused = new HashSet<>(granted);
    unused.removeAll(UsedRights.of(cluster.controlPlane().auditLog()));
    unused.removeAll(NOT_USED_FOR_CERTAIN.keySet());
    assertThat(unused)
        .as("rights that no scenario has used: drop them, or add the scenario that wants them")
        .isEmpty();
  }

  /** All of the operator's that are no one's of the long run alone. */
  private static Stream<Class<?>> scenarios() throws Exception {
    Path classes =
        Path.of(
            LeastPrivilegeE2E.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    String ours = LeastPrivilegeE2E.class.getPackageName();
    List<Class<?>> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(classes.resolve(ours.replace('.', '/')))) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith("E2E.class")) {
          all.add(Class.forName(ours + "." + name.replace(".class", "")));
        }
      }
    }
    return all.stream().filter(LeastPrivilegeE2E::isOfEachRun);
  }

  private static boolean isOfEachRun(Class<?> tests) {
    return Stream.of(tests.getDeclaredMethods())
        .filter(method -> method.isAnnotationPresent(Test.class))
        .anyMatch(method -> !method.isAnnotationPresent(Tag.class));
  }

  private static Set<Ask> granted(KubeCluster cluster) throws Exception {
    Set<Ask> rights = new HashSet<>();
    try (InputStream installed = Files.newInputStream(INSTALLED)) {
      for (HasMetadata object : cluster.client().load(installed).items()) {
        if (object.getMetadata().getName().startsWith("luminate-operator")) {
          rules(object).forEach(rule -> rights.addAll(OperatorRights.of(rule)));
        }
      }
    }
    return rights;
  }

  private static List<PolicyRule> rules(HasMetadata object) {
    return switch (object) {
      case ClusterRole role -> role.getRules();
      case Role role -> role.getRules();
      default -> List.of();
    };
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.luminate.e2e.cluster.Eventually;
import io.luminate.e2e.cluster.TestNamespace;
import io.luminate.e2e.operator.OperatorRights.Ask;
import java.util.List;
import java.util.stream.Stream;

/**
 * What people may do who have one of the roles of every Kubernetes in a namespace, once the
 * operator is installed: a controller puts its roles for people into those.
 */
record PeoplesRights(TestNamespace namespace) {
  private static final List<String> LIMITS = List.of("tenantquotas", "retentionpolicies");
  private static final List<String> KINDS =
      Stream.concat(LIMITS.stream(), Stream.of("luminateclusters")).toList();
  private static final Ask DEPLOY = new Ask("apps", "deployments", "create");
  private static final List<String> READS = List.of("get", "list", "watch");
  private static final List<String> WRITES =
      List.of("create", "update", "patch", "delete", "deletecollection");

  /** For people, each named after the role. */
  void bind() {
    for (String role : List.of("view", "edit", "admin")) {
      namespace.create(
          new RoleBindingBuilder()
              .withNewMetadata()
              .withName(role)
              .endMetadata()
              .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", role)
              .addNewSubject("rbac.authorization.k8s.io", "User", role, null)
              .build());
    }
  }

  void assertLimitsAreForAdmins() {
    Eventually.holds(
        () -> may("view", "list", "tenantquotas") && may("admin", "create", "tenantquotas"),
        () -> "the roles are not taken in");
    assertThat(allowed("view")).containsExactlyInAnyOrderElementsOf(asks(READS, KINDS));
    assertThat(allowed("edit")).containsExactlyInAnyOrderElementsOf(asks(READS, KINDS));
    assertThat(OperatorRights.may(namespace, "edit", List.of(), DEPLOY, namespace.name()))
        .as("edit is bound")
        .isTrue();
    assertThat(allowed("admin"))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(asks(READS, KINDS).stream(), asks(WRITES, LIMITS).stream()).toList());
  }

  private List<Ask> allowed(String person) {
    List<String> verbs = Stream.concat(READS.stream(), WRITES.stream()).toList();
    return asks(verbs, KINDS).stream()
        .filter(ask -> may(person, ask.verb(), ask.resource()))
        .toList();
  }

  private static List<Ask> asks(List<String> verbs, List<String> resources) {
    return resources.stream()
        .flatMap(resource -> verbs.stream().map(verb -> new Ask("luminate.io", resource, verb)))
        .toList();
  }

  private boolean may(String person, String verb, String resource) {
    Ask ask = new Ask("luminate.io", resource, verb);
    return OperatorRights.may(namespace, person, List.of(), ask, namespace.name());
  }
}

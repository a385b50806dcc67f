// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.manifests;

import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import java.util.List;
import java.util.stream.Stream;

/** What the operator may do, and what people may be allowed to. */
final class Grants {
  private static final String GROUP = "luminate.io";
  private static final String CORE = "";

  /** Of what is watched and never read by its name. */
  private static final List<String> WATCH = List.of("list", "watch");

  private static final List<String> READ = List.of("get", "list", "watch");

  /** Server-side apply of an object that may not be there yet wants create beside patch. */
  private static final List<String> APPLY = List.of("get", "list", "watch", "create", "patch");

  private static final List<String> APPLY_AND_DELETE =
      List.of("get", "list", "watch", "create", "patch", "delete");

  private Grants() {}

  /** In the namespaces that the operator looks after. */
  static List<PolicyRule> ofWatchedNamespaces() {
    return Stream.concat(ownResources(), Stream.concat(coreObjects(), otherObjects())).toList();
  }

  private static Stream<PolicyRule> ownResources() {
    return Stream.of(
        rule(GROUP, READ, "luminateclusters", "retentionpolicies", "tenantquotas"),
        rule(
            GROUP,
            List.of("patch"),
            "luminateclusters/status",
            "retentionpolicies/status",
            "tenantquotas/status"),
        // Of whoever says that an object's owner is not to be deleted before it, some API servers
        // want this; no finalizer is ever written.
        rule(GROUP, List.of("update"), "luminateclusters/finalizers"));
  }

  private static Stream<PolicyRule> coreObjects() {
    return Stream.of(
        rule(CORE, APPLY_AND_DELETE, "serviceaccounts"),
        rule(CORE, APPLY, "services"),
        rule(CORE, List.of("get", "list", "watch", "create", "patch", "update"), "configmaps"),
        rule(CORE, List.of("get", "list", "watch", "create", "update"), "secrets"),
        rule(CORE, List.of("list", "watch", "delete"), "pods"),
        rule(CORE, List.of("list", "watch", "patch"), "persistentvolumeclaims"),
        // Why a StatefulSet gets no pods stands in events alone, whose names nobody knows.
        rule("events.k8s.io", List.of("create", "get", "list", "patch"), "events"));
  }

  private static Stream<PolicyRule> otherObjects() {
    return Stream.of(
        rule("apps", APPLY, "deployments", "statefulsets"),
        rule("apps", WATCH, "replicasets"),
        rule("batch", APPLY, "cronjobs"),
        rule("autoscaling", APPLY_AND_DELETE, "horizontalpodautoscalers"),
        rule("networking.k8s.io", APPLY_AND_DELETE, "networkpolicies"),
        rule("policy", APPLY_AND_DELETE, "poddisruptionbudgets"),
        rule("monitoring.coreos.com", APPLY_AND_DELETE, "servicemonitors", "prometheusrules"));
  }

  /** In the operator's own namespace. */
  static List<PolicyRule> ofLease() {
    return List.of(rule("coordination.k8s.io", List.of("get", "create", "patch"), "leases"));
  }

  static List<PolicyRule> toView() {
    return List.of(rule(GROUP, READ, "luminateclusters", "retentionpolicies", "tenantquotas"));
  }

  /** Who may change limits lets a tenant have more, or points go: not everybody who may deploy. */
  static List<PolicyRule> toEditLimits() {
    return List.of(
        rule(
            GROUP,
            List.of(
                "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"),
            "retentionpolicies",
            "tenantquotas"));
  }

  private static PolicyRule rule(String group, List<String> verbs, String... resources) {
    return new PolicyRuleBuilder()
        .withApiGroups(group)
        .withResources(resources)
        .withVerbs(verbs)
        .build();
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.luminate.crd.LuminateCluster;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An operator for the namespace that it is in: it has no right elsewhere, and ends with it. */
@OnKubernetes
final class OneNamespaceE2E {

  /** As a person would ask kubectl auth can-i. */
  private record Ask(String group, String resource, String verb) {}

  /** What belongs to no namespace. */
  private static final List<Ask> OF_ALL =
      List.of(
          new Ask("", "namespaces", "list"),
          new Ask("", "nodes", "list"),
          new Ask("", "persistentvolumes", "list"),
          new Ask("storage.k8s.io", "storageclasses", "get"),
          new Ask("apiextensions.k8s.io", "customresourcedefinitions", "get"),
          new Ask("rbac.authorization.k8s.io", "clusterroles", "get"));

  @Test
  void otherNamespaces_areNeitherSeenNorAllowed(TestNamespace namespace) throws Exception {
    String other = namespace.name() + "-other";
    namespace
        .client()
        .namespaces()
        .resource(new NamespaceBuilder().withNewMetadata().withName(other).endMetadata().build())
        .create();
    try {
      InstalledOperator.in(namespace);
      new Kubectl(namespace.cluster()).apply(other, Texts.rocksDb("main"));
      Cluster cluster = new Cluster(namespace, "main");
      Cluster.createSecret(namespace);
      cluster.apply(Texts.rocksDb("main"));
      cluster.awaitReady(1);

      LuminateCluster unseen =
          namespace
              .client()
              .resources(LuminateCluster.class)
              .inNamespace(other)
              .withName("main")
              .require();
      assertThat(Cluster.reason(unseen.getStatus().conditions(), "Ready")).isEqualTo("Pending");
      assertThat(namespace.client().services().inNamespace(other).list().getItems()).isEmpty();
      assertAllowedOnlyIn(namespace, other);
    } finally {
      namespace.client().namespaces().withName(other).delete();
    }
  }

  private static void assertAllowedOnlyIn(TestNamespace namespace, String other) {
    List<Ask> asks = granted(namespace);
    assertThat(asks).hasSizeGreaterThan(50);
    for (Ask ask : asks) {
      assertThat(may(namespace, ask, namespace.name())).as("%s here", ask).isTrue();
      assertThat(may(namespace, ask, other)).as("%s elsewhere", ask).isFalse();
      assertThat(may(namespace, ask, "")).as("%s everywhere", ask).isFalse();
    }
    for (Ask ask : OF_ALL) {
      assertThat(may(namespace, ask, "")).as("%s", ask).isFalse();
    }
  }

  private static List<Ask> granted(TestNamespace namespace) {
    List<Ask> asks = new ArrayList<>();
    for (Role role :
        namespace.client().rbac().roles().inNamespace(namespace.name()).list().getItems()) {
      for (PolicyRule rule : role.getRules()) {
        for (String resource : rule.getResources()) {
          rule.getVerbs()
              .forEach(verb -> asks.add(new Ask(rule.getApiGroups().getFirst(), resource, verb)));
        }
      }
    }
    return asks;
  }

  /** In that namespace; in all of them, or outside of any, if it is empty. */
  private static boolean may(TestNamespace namespace, Ask ask, String where) {
    String account = "system:serviceaccount:" + namespace.name();
    String[] resource = ask.resource().split("/", 2);
    SubjectAccessReview review =
        new SubjectAccessReviewBuilder()
            .withNewSpec()
            .withUser(account + ":luminate-operator")
            .withGroups("system:authenticated", "system:serviceaccounts")
            .withNewResourceAttributes()
            .withNamespace(where)
            .withGroup(ask.group())
            .withResource(resource[0])
            .withSubresource(resource.length == 2 ? resource[1] : "")
            .withVerb(ask.verb())
            .endResourceAttributes()
            .endSpec()
            .build();
    return namespace
        .client()
        .authorization()
        .v1()
        .subjectAccessReview()
        .create(review)
        .getStatus()
        .getAllowed();
  }

  @Test
  void namespace_deletedWithOperatorAndClusters_isGone(TestNamespace namespace) throws Exception {
    InstalledOperator.in(namespace);
    Cluster cluster = new Cluster(namespace, "main");
    Cluster.createSecret(namespace);
    cluster.apply(Texts.quota("main", 1));
    cluster.apply(Texts.policy("debug", "main", "debug_*", "7d"));
    cluster.apply(Texts.rocksDb("main"));
    cluster.awaitReady(1);
    namespace.client().namespaces().withName(namespace.name()).delete();
    cluster.inTheEnd(
        () -> namespace.client().namespaces().withName(namespace.name()).get() == null,
        "the namespace is gone",
        () -> namespace.client().namespaces().withName(namespace.name()).get().toString());
  }
}

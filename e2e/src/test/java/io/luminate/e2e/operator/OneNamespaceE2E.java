// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.luminate.crd.LuminateCluster;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import io.luminate.e2e.operator.OperatorRights.Ask;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An operator for the namespace that it is in: it has no right elsewhere, and ends with it. */
@OnKubernetes
final class OneNamespaceE2E {

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
    OperatorRights rights = new OperatorRights(namespace);
    List<Ask> asks = rights.granted(namespace.name());
    assertThat(asks).hasSizeGreaterThan(50);
    for (Ask ask : asks) {
      assertThat(rights.may(ask, namespace.name())).as("%s here", ask).isTrue();
      assertThat(rights.may(ask, other)).as("%s elsewhere", ask).isFalse();
      assertThat(rights.may(ask, "")).as("%s everywhere", ask).isFalse();
    }
    for (Ask ask : OF_ALL) {
      assertThat(rights.may(ask, "")).as("%s", ask).isFalse();
    }
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

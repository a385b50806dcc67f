// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.luminate.crd.ConditionStatus;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One of several namespaces that an operator may not look after any more. */
@OnKubernetes
final class LostNamespaceE2E {

  @Test
  @Tag("soak")
  void namespaceWithoutRights_holdsUpNoOther_andIsBackWithThem(TestNamespace own) throws Exception {
    try (TestNamespace lost = own.another()) {
      check(own, lost);
    }
  }

  private static void check(TestNamespace own, TestNamespace lost) throws Exception {
    InstalledOperator operator = InstalledOperator.in(own, List.of(lost.name()));
    RoleBinding rights =
        lost.client()
            .rbac()
            .roleBindings()
            .inNamespace(lost.name())
            .withName("luminate-operator")
            .require();
    lost.client().resource(rights).delete();
    Pod before = operator.leading().orElseThrow();
    operator.kill(before);
    operator.awaitReplicas(1);

    Cluster cluster = new Cluster(own, "main");
    Cluster.createSecret(own);
    cluster.apply(Texts.quota("main", 1));
    cluster.apply(Texts.rocksDb("main"));
    cluster.awaitReady(1);
    cluster.awaitApplied("acme");
    assertThat(operator.restarts()).isZero();

    Cluster waiting = new Cluster(lost, "main");
    waiting.apply(Texts.rocksDb("main"));
    lost.client()
        .resource(
            new RoleBindingBuilder(rights)
                .editMetadata()
                .withResourceVersion(null)
                .withUid(null)
                .endMetadata()
                .build())
        .create();
    waiting.inTheEnd(
        () ->
            Cluster.reason(waiting.resource().getStatus().conditions(), "Ready")
                .equals("SecretNotFound"),
        "the other namespace is looked after again",
        () -> waiting.resource().getStatus().toString());
    cluster.awaitCondition(
        () -> cluster.resource().getStatus().conditions(),
        "Ready",
        ConditionStatus.TRUE,
        "Serving");
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.crd.ConditionStatus;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An operator for a list of namespaces: it has its rights in each of them, and in no other. */
@OnKubernetes
final class SeveralNamespacesE2E {

  @Test
  void namespacesOfTheList_areLookedAfter_andNoOther(TestNamespace own) throws Exception {
    try (TestNamespace listed = own.another();
        TestNamespace other = own.another()) {
      new Kubectl(own.cluster()).apply(other.name(), Texts.rocksDb("main"));
      InstalledOperator.in(own, List.of(listed.name()));
      Cluster cluster = new Cluster(listed, "main");
      Cluster.createSecret(listed);
      cluster.apply(Texts.quota("main", 1));
      cluster.apply(Texts.rocksDb("main"));
      Cluster beside = new Cluster(own, "beside");
      beside.apply(Texts.rocksDb("beside"));
      cluster.awaitReady(1);
      cluster.awaitApplied("acme");
      assertThat(cluster.service("acme").count("any", 2).statusCode()).isEqualTo(400);
      cluster.awaitEvent("Normal", "Serving", "luminatecluster/main", "");
      beside.awaitCondition(
          () -> beside.resource().getStatus().conditions(),
          "Ready",
          ConditionStatus.FALSE,
          "SecretNotFound");

      Cluster unseen = new Cluster(other, "main");
      assertThat(Cluster.reason(unseen.resource().getStatus().conditions(), "Ready"))
          .isEqualTo("Pending");
      assertThat(own.client().services().inNamespace(other.name()).list().getItems()).isEmpty();
      assertAllowedOnlyWhereListed(own, listed.name(), other.name());
    }
  }

  private static void assertAllowedOnlyWhereListed(TestNamespace own, String listed, String other) {
    OperatorRights rights = new OperatorRights(own);
    List<OperatorRights.Ask> asks = rights.granted(listed);
    assertThat(asks).hasSizeGreaterThan(50);
    assertThat(asks)
        .allSatisfy(
            ask -> {
              assertThat(rights.may(ask, listed)).as("%s there", ask).isTrue();
              assertThat(rights.may(ask, other)).as("%s elsewhere", ask).isFalse();
            });
  }
}

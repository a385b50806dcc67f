// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.luminate.crd.ConditionStatus;
import io.luminate.crd.StatusCondition;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pods that Kubernetes does not even make, of which no pod can say why. */
@OnKubernetes
final class PodsNotMadeE2E {
  private static final String ACCOUNT = "theirs";

  @Test
  void serviceAccountThatIsNotThere_isSaid_andThenTheClusterStarts(
      @LookedAfter TestNamespace namespace) throws Exception {
    Cluster cluster = new Cluster(namespace, "main");
    Cluster.createSecret(namespace);
    cluster.apply(Texts.rocksDb("main", "pod: {serviceAccountName: " + ACCOUNT + "}"));
    cluster.awaitCondition(
        () -> conditions(cluster), "Degraded", ConditionStatus.TRUE, "PodsNotCreated");
    assertThat(conditions(cluster))
        .filteredOn(one -> one.type().equals("Degraded"))
        .extracting(StatusCondition::message)
        .singleElement()
        .asString()
        .as("what the StatefulSet's controller told in an event")
        .contains("serviceaccount \"" + ACCOUNT + "\" not found");
    assertThat(Cluster.reason(conditions(cluster), "Ready")).isEqualTo("PodsNotCreated");

    namespace.create(
        new ServiceAccountBuilder().withNewMetadata().withName(ACCOUNT).endMetadata().build());
    cluster.awaitReady(1);
    assertThat(Cluster.reason(conditions(cluster), "Degraded")).isEqualTo("AsExpected");
  }

  private static List<StatusCondition> conditions(Cluster cluster) {
    return cluster.resource().getStatus().conditions();
  }
}

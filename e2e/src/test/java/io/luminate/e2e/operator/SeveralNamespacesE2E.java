// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.crd.ConditionStatus;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An operator for a list of namespaces: it has its rights in each of them, and in no other. */
@OnKubernetes
final class SeveralNamespacesE2E {

  @Test
  void namespacesOfTheList_areLookedAfter_andNoOther(
      @OfTheOperator TestNamespace own, @LookedAfter TestNamespace listed, TestNamespace other)
      throws Exception {
    new Kubectl(own.cluster()).apply(other.name(), Texts.rocksDb("main"));
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
    own.client().resource(beside.resource()).delete();
    assertThat(logs(own))
        .as("of so many lists that it begins with")
        .doesNotContain("too many concurrent streams");
  }

  private static String logs(TestNamespace own) throws IOException {
    StringBuilder text = new StringBuilder();
    try (DirectoryStream<Path> logs =
        Files.newDirectoryStream(
            own.cluster().kubelet().logs(), own.name() + "_luminate-operator-*.log")) {
      for (Path log : logs) {
        text.append(Files.readString(log));
      }
    }
    assertThat(text).isNotEmpty();
    return text.toString();
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

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.luminate.e2e.cluster.TestNamespace;
import io.luminate.operator.objects.ObjectLabels;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Passes over a cluster that have nothing to do, as all that changes is its Secret's annotation.
 */
final class IdlePasses {
  private static final int PASSES = 20;
  private static final int TOUCHES_MAX = 200;

  private IdlePasses() {}

  /** The Secret's label is what makes changes of it count at once. */
  static void watchSecret(TestNamespace namespace) {
    edit(namespace, meta -> meta.setLabels(Map.of(ObjectLabels.WATCH, ObjectLabels.WATCHED)));
  }

  /**
   * Brings about 20 of them, after which all is as it was. The Secret is {@linkplain
   * #watchSecret(TestNamespace) watched} already.
   */
  static void assertNothingIsWritten(
      TestNamespace namespace, String cluster, InstalledOperator operator) throws Exception {
    new Cluster(namespace, cluster).awaitQuiet();
    Map<String, String> before = WrittenObjects.versions(namespace, cluster);
    double passes = operator.passes();
    for (int touch = 0; operator.passes() < passes + PASSES; touch++) {
      assertThat(touch).as("changes that nobody sees").isLessThan(TOUCHES_MAX);
      String number = "" + touch;
      edit(namespace, meta -> meta.setAnnotations(Map.of("example.com/touch", number)));
      Thread.sleep(250);
    }
    assertThat(WrittenObjects.versions(namespace, cluster)).isEqualTo(before);
  }

  private static void edit(TestNamespace namespace, Consumer<ObjectMeta> change) {
    namespace
        .client()
        .secrets()
        .inNamespace(namespace.name())
        .withName("luminate-secrets")
        .edit(
            secret -> {
              change.accept(secret.getMetadata());
              return secret;
            });
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What is committed is what the code says, and grants nothing wholesale. */
final class InstallManifestTest {
  private static final Path ROOT = Path.of("..");

  @TestFactory
  Stream<DynamicTest> committed_isGenerated() {
    return new InstallManifest(ROOT)
        .texts().entrySet().stream()
            .map(
                file ->
                    DynamicTest.dynamicTest(
                        file.getKey(), () -> assertCommitted(file.getKey(), file.getValue())));
  }

  private static void assertCommitted(String path, String text) throws IOException {
    Path file = ROOT.resolve(path);
    assertThat(Files.exists(file) ? Files.readString(file) : "")
        .as("%s is not what the code says: run `make manifests` and commit what it writes", path)
        .isEqualTo(text);
  }

  @Test
  void grants_nameWhatTheyAreFor() {
    assertThat(grants())
        .allSatisfy(
            rule -> {
              assertThat(rule.getApiGroups()).doesNotContain("*");
              assertThat(rule.getResources()).isNotEmpty().doesNotContain("*");
              assertThat(rule.getVerbs()).doesNotContain("*", "escalate", "bind", "impersonate");
            });
  }

  /** A workload that is deleted takes its pods with it, and what is in a volume may follow. */
  @Test
  void grants_deleteNoWorkloadsVolumesOrSecrets() {
    assertThat(
            Grants.ofWatchedNamespaces().stream()
                .filter(rule -> rule.getVerbs().contains("delete")))
        .flatExtracting(PolicyRule::getResources)
        .doesNotContain(
            "deployments", "statefulsets", "persistentvolumeclaims", "secrets", "luminateclusters");
  }

  /** Nothing of a person's is written but its status. */
  @Test
  void grants_writeNoCustomResource() {
    assertThat(Grants.ofWatchedNamespaces())
        .filteredOn(rule -> rule.getResources().contains("luminateclusters"))
        .flatExtracting(PolicyRule::getVerbs)
        .containsOnly("get", "list", "watch");
  }

  private static List<PolicyRule> grants() {
    return Stream.of(
            Grants.ofWatchedNamespaces(), Grants.ofLease(), Grants.toView(), Grants.toEditLimits())
        .flatMap(List::stream)
        .toList();
  }
}

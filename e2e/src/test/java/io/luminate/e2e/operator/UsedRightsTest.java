// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.e2e.operator.OperatorRights.Ask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UsedRightsTest {
  private static final String LINE =
      """
      {"user":{"username":"system:serviceaccount:test-1:%s"},"verb":"%s","requestURI":"/any","objectRef":%s,\
      "responseStatus":{"code":%d},"annotations":{"authorization.k8s.io/decision":"%s"}}""";

  private static final String OPERATOR = "luminate-operator";
  private static final String SECRETS = "{\"resource\":\"secrets\",\"apiVersion\":\"v1\"}";
  private static final String STATUS =
      "{\"resource\":\"tenantquotas\",\"apiGroup\":\"luminate.io\",\"subresource\":\"status\"}";

  @TempDir private Path folder;

  @Test
  void rights_areNamedAsInRoles() throws IOException {
    assertThat(
            used(
                LINE.formatted(OPERATOR, "list", SECRETS, 200, "allow"),
                LINE.formatted(OPERATOR, "patch", STATUS, 200, "allow")))
        .containsExactlyInAnyOrder(
            new Ask("", "secrets", "list"), new Ask("luminate.io", "tenantquotas/status", "patch"));
  }

  @Test
  void apply_ofWhatIsNotThere_isACreationToo() throws IOException {
    assertThat(used(LINE.formatted(OPERATOR, "patch", SECRETS, 201, "allow")))
        .containsExactlyInAnyOrder(
            new Ask("", "secrets", "patch"), new Ask("", "secrets", "create"));
  }

  /** Refused, somebody else's, of no resource, and cut off. */
  @Test
  void otherLines_areLeftOut() throws IOException {
    assertThat(
            used(
                LINE.formatted(OPERATOR, "list", SECRETS, 403, "forbid"),
                LINE.formatted("default", "list", SECRETS, 200, "allow"),
                LINE.formatted(OPERATOR, "get", "null", 200, "allow"),
                LINE.formatted(OPERATOR, "list", SECRETS, 200, "allow").substring(0, 90)))
        .isEmpty();
  }

  private Set<Ask> used(String... lines) throws IOException {
    return UsedRights.of(Files.write(folder.resolve("audit.log"), List.of(lines)));
  }
}

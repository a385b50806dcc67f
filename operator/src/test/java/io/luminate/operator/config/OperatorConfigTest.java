// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class OperatorConfigTest {
  private static final Map<String, String> NEEDED =
      Map.of(
          "LUMINATE_OPERATOR_NAMESPACE", "luminate-system",
          "LUMINATE_OPERATOR_POD_NAME", "operator-1",
          "LUMINATE_OPERATOR_SERVER_IMAGE", "luminate/server:1");

  private static Map<String, String> with(String key, String value) {
    Map<String, String> environment = new HashMap<>(NEEDED);
    environment.put(key, value);
    return environment;
  }

  @Test
  void of_whatIsNeeded_hasDefaults() throws OperatorConfigException {
    assertThat(OperatorConfig.of(NEEDED))
        .isEqualTo(
            new OperatorConfig(
                "luminate-system",
                "operator-1",
                "luminate/server:1",
                Set.of(),
                "luminate-operator",
                "0.0.0.0",
                8081));
  }

  @Test
  void of_everything_takesIt() throws OperatorConfigException {
    Map<String, String> environment = new HashMap<>(NEEDED);
    environment.put("LUMINATE_OPERATOR_WATCH_NAMESPACES", "one, two,");
    environment.put("LUMINATE_OPERATOR_LEASE_NAME", "other");
    environment.put("LUMINATE_OPERATOR_MANAGEMENT_HOST", "127.0.0.1");
    environment.put("LUMINATE_OPERATOR_MANAGEMENT_PORT", "0");
    assertThat(OperatorConfig.of(environment))
        .isEqualTo(
            new OperatorConfig(
                "luminate-system",
                "operator-1",
                "luminate/server:1",
                Set.of("one", "two"),
                "other",
                "127.0.0.1",
                0));
  }

  @Test
  void of_nothing_namesAllThatIsMissing() {
    assertThatThrownBy(() -> OperatorConfig.of(Map.of()))
        .hasMessage(
            """
            LUMINATE_OPERATOR_NAMESPACE is missing; set it to the namespace that it runs in, where its lease is
            LUMINATE_OPERATOR_POD_NAME is missing; set it to its own name among the operators that want to lead
            LUMINATE_OPERATOR_SERVER_IMAGE is missing; set it to the servers' image of clusters that name none""");
  }

  @Test
  void of_mistakes_saysHowToPutThemRight() {
    assertThatThrownBy(() -> OperatorConfig.of(with("LUMINATE_OPERATOR_MANAGEMENT_PORT", "80810")))
        .hasMessage("LUMINATE_OPERATOR_MANAGEMENT_PORT is '80810'; set it to a port, 0 to 65535");
    assertThatThrownBy(() -> OperatorConfig.of(with("LUMINATE_OPERATOR_WATCH_NAMESPACES", "a,B")))
        .hasMessage(
            "LUMINATE_OPERATOR_WATCH_NAMESPACES has 'B', no name in Kubernetes; take it out");
    assertThatThrownBy(() -> OperatorConfig.of(with("LUMINATE_OPERATOR_LEASE_NAME", "A")))
        .hasMessage(
            "LUMINATE_OPERATOR_LEASE_NAME is 'A', no name in Kubernetes;"
                + " set it to the name of the lease that the operator which leads has");
  }

  @Test
  void unknown_isWhatOnlyLooksLikeOurs() {
    assertThat(OperatorConfig.unknown(with("LUMINATE_OPERATOR_WATCH_NAMESPACE", "one")))
        .containsExactly("LUMINATE_OPERATOR_WATCH_NAMESPACE");
    assertThat(OperatorConfig.unknown(NEEDED)).isEmpty();
  }

  @Test
  void page_hasEveryVariable() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "operator.md"));
    assertThat(OperatorKey.values())
        .allSatisfy(
            key ->
                assertThat(page)
                    .as("docs/operator.md")
                    .containsPattern(
                        "\\| `" + key.variable() + "` \\| [^|]+ \\| [^|]*" + firstWords(key)));
  }

  /** The page says it in more words where there is more to say. */
  private static String firstWords(OperatorKey key) {
    return key == OperatorKey.LOG_LEVEL ? "DEBUG" : key.meaning().split(" ")[1];
  }
}

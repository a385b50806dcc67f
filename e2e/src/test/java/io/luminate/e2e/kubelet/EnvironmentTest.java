// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EnvironmentTest {
  private static final Map<String, String> VARIABLES = Map.of("A", "1", "B", "$x");
  private static final Image IMAGE =
      new Image(List.of("run"), List.of("--default"), _ -> Map.of(), 1);

  @Test
  void expand_replacesWhatIsKnown() {
    assertThat(Environment.expand("$(A)-$(B)-$(C)-$$(A)-$A", VARIABLES))
        .isEqualTo("1-$x-$(C)-$(A)-$A");
  }

  @Test
  void command_isTheImages_unlessTheContainerSaysMore() {
    var plain = new ContainerBuilder().build();
    var args = new ContainerBuilder().withArgs("$(A)").build();
    var command = new ContainerBuilder().withCommand("other").build();
    assertThat(Environment.command(plain, IMAGE, VARIABLES)).containsExactly("run", "--default");
    assertThat(Environment.command(args, IMAGE, VARIABLES)).containsExactly("run", "1");
    assertThat(Environment.command(command, IMAGE, VARIABLES)).containsExactly("other");
  }
}

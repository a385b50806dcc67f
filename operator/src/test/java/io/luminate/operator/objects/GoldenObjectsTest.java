// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.luminate.crd.LuminateCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** Whole clusters and all that comes of them, in files that a person can read. */
final class GoldenObjectsTest {
  private static final String WRITE = "golden.write";
  private static final Path FOLDER =
      Path.of("src", "test", "resources", "io", "luminate", "operator", "objects");

  private static final String HOW =
      "If that is meant, run: mvn -pl operator -am test -Dquick -Dtest=GoldenObjectsTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -D"
          + WRITE
          + ", and look at the difference";

  @ParameterizedTest
  @FieldSource("io.luminate.operator.objects.Clusters#GOLDEN")
  void objects_areThoseOfTheFile(String name) throws IOException {
    Path file = FOLDER.resolve(name + ".objects.yaml");
    String made = yaml(Clusters.golden(name));
    if (System.getProperty(WRITE) != null) {
      Files.writeString(file, made);
      fail("written: " + file);
    }
    assertThat(made).as("the objects of %s. %s", name, HOW).isEqualTo(Files.readString(file));
  }

  private static String yaml(LuminateCluster cluster) {
    DumpSettings settings =
        DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setExplicitStart(true)
            .setWidth(1000)
            .build();
    Dump dump = new Dump(settings);
    return Clusters.objects(cluster).objects().stream()
        .map(object -> Serialization.jsonMapper().convertValue(object, Map.class))
        .map(dump::dumpToString)
        .collect(Collectors.joining());
  }
}

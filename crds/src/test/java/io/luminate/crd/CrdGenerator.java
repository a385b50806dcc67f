// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes the definitions of the custom resources from their types. */
final class CrdGenerator {
  private static final String HEAD =
      """
      # SPDX-FileCopyrightText: The Luminate Authors
      # SPDX-License-Identifier: Apache-2.0
      # Made by `make crds` from the types in crds/src/main; edit those.
      """;

  private static final List<Class<? extends HasMetadata>> TYPES =
      List.of(LuminateCluster.class, RetentionPolicy.class, TenantQuota.class);

  private CrdGenerator() {}

  /** Every definition, by its name. */
  static Map<String, ObjectNode> definitions() {
    Map<String, ObjectNode> definitions = new TreeMap<>();
    for (Class<? extends HasMetadata> type : TYPES) {
      ObjectNode definition = Serialization.unmarshal(generated(type), ObjectNode.class);
      CrdFinish.finish(definition, type);
      definitions.put(
          definition.at("/metadata/name").textValue(),
          Serialization.unmarshal(Serialization.asYaml(definition), ObjectNode.class));
    }
    return definitions;
  }

  static String yaml(ObjectNode definition) {
    String text = Serialization.asYaml(definition);
    return HEAD + text.substring(text.indexOf('\n') + 1);
  }

  private static String generated(Class<? extends HasMetadata> type) {
    try (InMemory output = new InMemory()) {
      new CRDGenerator()
          .withImplicitPreserveUnknownFields(false)
          .customResourceClasses(List.of(type))
          .withOutput(output)
          .generate();
      return output.text();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static final class InMemory
      extends CRDGenerator.AbstractCRDOutput<ByteArrayOutputStream> {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    protected ByteArrayOutputStream createStreamFor(String name) {
      return bytes;
    }

    String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Committed files that are made from the types: {@code make crds} writes them. */
final class GeneratedFiles {
  private GeneratedFiles() {}

  /** Writes them into the repository's folder, which is the argument. */
  public static void main(String[] arguments) throws IOException {
    for (Map.Entry<String, String> file : texts().entrySet()) {
      Path path = Path.of(arguments[0]).resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
  }

  /** Every text by its path from the repository's folder. */
  static Map<String, String> texts() {
    Map<String, ObjectNode> definitions = CrdGenerator.definitions();
    Map<String, String> texts = new TreeMap<>();
    definitions.forEach(
        (name, definition) ->
            texts.put("crds/generated/" + name + ".yaml", CrdGenerator.yaml(definition)));
    texts.put("docs/custom-resources.md", ReferencePage.of(definitions.values()));
    return texts;
  }
}

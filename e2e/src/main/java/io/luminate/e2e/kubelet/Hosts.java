// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The {@code /etc/hosts} of each pod, which stands in for a name server: itself, and every service
 * by its names. Written in place, for a file that is mounted cannot be replaced.
 */
final class Hosts {
  private final Map<Path, String> own = new HashMap<>();
  private String names = "";

  /** Of a pod; made when first asked for. */
  synchronized Path of(PodSite site) throws IOException {
    Path file = site.folder().resolve("hosts");
    if (!own.containsKey(file)) {
      Files.createDirectories(site.folder());
      String name = Objects.requireNonNullElse(site.pod().getSpec().getHostname(), site.name());
      own.put(file, "127.0.0.1\tlocalhost\n" + site.address() + "\t" + name + "\n");
      write(file);
    }
    return file;
  }

  synchronized void remove(PodSite site) {
    own.remove(site.folder().resolve("hosts"));
  }

  /** From now on these names have these addresses. */
  synchronized void set(Map<String, String> addresses) {
    String next =
        new TreeMap<>(addresses)
            .entrySet().stream()
                .map(entry -> entry.getValue() + "\t" + entry.getKey() + "\n")
                .collect(Collectors.joining());
    if (!next.equals(names)) {
      names = next;
      own.keySet().forEach(this::write);
    }
  }

  private void write(Path file) {
    try {
      Files.writeString(file, own.get(file) + names);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

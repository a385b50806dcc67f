// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The images there are, by their full names; one that is not here cannot be pulled. */
public final class Images {
  private final Map<String, Image> images = new ConcurrentHashMap<>();

  /** From now on the name means this one; containers that run already stay what they are. */
  public Images put(String name, Image image) {
    images.put(name, image);
    return this;
  }

  public void remove(String name) {
    images.remove(name);
  }

  Optional<Image> get(String name) {
    return Optional.ofNullable(images.get(name));
  }
}

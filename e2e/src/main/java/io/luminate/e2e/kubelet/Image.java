// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What runs in place of a container image: a command of this machine.
 *
 * @param entrypoint replaced by a container's {@code command}
 * @param arguments replaced by a container's {@code args}
 * @param environment of a pod with that address, under whatever the container sets; all pods share
 *     one network, so this is where a server is told to listen on its pod's address alone
 * @param user its number, as a security context would have it; only {@code runAsNonRoot} asks
 */
public record Image(
    List<String> entrypoint,
    List<String> arguments,
    Function<String, Map<String, String>> environment,
    long user) {

  /** As images for restricted namespaces have it: not root. */
  private static final long USER = 65532;

  public static Image of(String... entrypoint) {
    return new Image(List.of(entrypoint), List.of(), _ -> Map.of(), USER);
  }

  public Image withEnvironment(Function<String, Map<String, String>> ofAddress) {
    return new Image(entrypoint, arguments, ofAddress, user);
  }

  public Image withUser(long number) {
    return new Image(entrypoint, arguments, environment, number);
  }
}

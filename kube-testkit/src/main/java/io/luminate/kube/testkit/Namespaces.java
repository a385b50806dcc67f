// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.kube.testkit;

import java.util.Optional;

/** The namespaces that {@code kube-testkit/bin/namespaces.sh} makes, and the addresses in them. */
public final class Namespaces {
  /** The node's, where the API server listens too: its EndpointSlice may not hold 127.0.0.1. */
  public static final String NODE_ADDRESS = "10.244.0.1";

  /** Pods take theirs from here, in the order of their numbers. */
  public static final String POD_NETWORK = "10.244.0.0/16";

  public static final String SERVICE_NETWORK = "10.96.0.0/16";

  private Namespaces() {}

  /** Why this process is not in them, if it is not. */
  public static Optional<String> obstacle() {
    if (System.getenv("LUMINATE_KUBE_NAMESPACES") != null) {
      return Optional.empty();
    }
    String reason = System.getenv("LUMINATE_KUBE_OBSTACLE");
    return Optional.of(
        reason == null
            ? "not started by kube-testkit/bin/namespaces.sh, as make e2e does"
            : reason);
  }
}

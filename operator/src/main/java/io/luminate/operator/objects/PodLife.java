// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import io.fabric8.kubernetes.api.model.HTTPGetActionBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Lifecycle;
import io.fabric8.kubernetes.api.model.LifecycleBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;

/** How a server is started, asked, and ended. */
final class PodLife {
  /** Until every node's proxy has taken the pod out: a server that drains refuses at once. */
  private static final long LEAVE_SECONDS = 5;

  /** What requests in flight have, as the server is told. */
  static final long DRAIN_SECONDS = 10;

  /** For a store to write what it has in memory, and for a machine that is slow. */
  private static final long CLOSE_SECONDS = 45;

  static final long GRACE_SECONDS = LEAVE_SECONDS + DRAIN_SECONDS + CLOSE_SECONDS;

  private PodLife() {}

  static Lifecycle lifecycle() {
    return new LifecycleBuilder().withNewPreStop().withNewSleep(LEAVE_SECONDS).endPreStop().build();
  }

  /** Ten minutes: a server listens only after its store has read its journal again. */
  static Probe startup() {
    return probe("/live", 2, 300);
  }

  static Probe readiness() {
    return probe("/ready", 5, 2);
  }

  /** A minute: what is merely slow must not lose its memory as well. */
  static Probe liveness() {
    return probe("/live", 10, 6);
  }

  private static Probe probe(String path, int periodSeconds, int failures) {
    return new ProbeBuilder()
        .withHttpGet(
            new HTTPGetActionBuilder()
                .withPath(path)
                .withPort(new IntOrString(Ports.MANAGEMENT_NAME))
                .build())
        .withPeriodSeconds(periodSeconds)
        .withTimeoutSeconds(5)
        .withFailureThreshold(failures)
        .build();
  }
}

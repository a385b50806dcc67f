// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

import java.time.Duration;

/**
 * How long a kubelet takes its time. Probes are not here: what a pod says of them holds.
 *
 * @param backOffMin before the first restart of a container and the second try to pull an image,
 *     then doubled each time; really 10 s
 * @param backOffMax really 5 min
 * @param volumeSync between two looks at the ConfigMaps and Secrets that are mounted: what one
 *     finds is there with the next, so it is late by one to two of these; really up to 90 s in all
 */
public record Timing(Duration backOffMin, Duration backOffMax, Duration volumeSync) {

  /**
   * Restarts in a twentieth of the real time, as a test would only wait. What is mounted is late by
   * 15 to 30 s: more than what is pushed to a pod may take, else the one would pass for the other.
   */
  public static Timing scaledDown() {
    return new Timing(Duration.ofMillis(500), Duration.ofSeconds(4), Duration.ofSeconds(15));
  }
}

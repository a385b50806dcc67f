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
 * @param volumeSync between two looks at the ConfigMaps and Secrets that are mounted; really up to
 *     90 s
 */
public record Timing(Duration backOffMin, Duration backOffMax, Duration volumeSync) {

  /** A twentieth of the real ones, and less where a test would only wait. */
  public static Timing scaledDown() {
    return new Timing(Duration.ofMillis(500), Duration.ofSeconds(4), Duration.ofSeconds(2));
  }

  public Timing withVolumeSync(Duration interval) {
    return new Timing(backOffMin, backOffMax, interval);
  }
}

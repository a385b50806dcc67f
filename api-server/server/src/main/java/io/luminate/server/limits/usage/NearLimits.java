// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits.usage;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is near its limit: from 80 % on until it falls below 75 %, so that it does not come and go.
 * The log says once of each that it came.
 *
 * <p>Concurrency: one thread at a time.
 */
final class NearLimits<T extends Nearing> {
  /** Protects the log from a limit that was lowered for thousands. */
  static final int WARNINGS_MAX = 100;

  private static final Logger LOG = LoggerFactory.getLogger(NearLimits.class);

  private final Duration silence;
  private final InstantSource clock;
  private Set<LimitUse.Key> near = Set.of();

  /** When the log named what is not to be named again yet: as many as it may name meanwhile. */
  private final Map<LimitUse.Key, Instant> warned = new HashMap<>();

  /**
   * @param silence how long the log says nothing more of what it named, however often that comes;
   *     zero: it always does
   */
  NearLimits(Duration silence, InstantSource clock) {
    this.silence = silence;
    this.clock = clock;
  }

  /**
   * Takes note of what is used now.
   *
   * @param uses all that are not {@link Nearing#isFar far}, at least
   * @return those that are near
   */
  List<T> look(List<T> uses) {
    List<T> now =
        uses.stream()
            .filter(use -> near.contains(use.key()) ? !use.isFar() : use.isNear())
            .toList();
    Instant at = clock.instant();
    warned.values().removeIf(earlier -> !earlier.plus(silence).isAfter(at));
    List<T> come = new ArrayList<>(now);
    come.removeIf(use -> near.contains(use.key()) || warned.containsKey(use.key()));
    come.stream().limit(WARNINGS_MAX).forEach(use -> warn(use, at));
    if (come.size() > WARNINGS_MAX) {
      LOG.warn("{} more are near their limits", come.size() - WARNINGS_MAX);
    }
    Set<LimitUse.Key> keys = HashSet.newHashSet(now.size());
    now.forEach(use -> keys.add(use.key()));
    near = keys;
    return now;
  }

  private void warn(T use, Instant at) {
    LOG.warn("{}", use.warning());
    if (silence.isPositive()) {
      warned.put(use.key(), at);
    }
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits.usage;

import io.luminate.server.config.TenantLimit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is near its limit: from 80 % on until it falls below 75 %, so that it does not come and go.
 * The log says once of each that it came.
 *
 * <p>Concurrency: one thread at a time.
 */
final class NearLimits {
  /** Protects the log from a limit that was lowered for thousands. */
  static final int WARNINGS_MAX = 100;

  private static final Logger LOG = LoggerFactory.getLogger(NearLimits.class);

  private Set<LimitUse.Key> near = Set.of();

  /**
   * Takes note of what is used now.
   *
   * @param uses all that are not {@link LimitUse#isFar far}, at least
   * @return those that are near
   */
  List<LimitUse> look(List<LimitUse> uses) {
    List<LimitUse> now =
        uses.stream()
            .filter(use -> near.contains(use.key()) ? !use.isFar() : use.isNear())
            .toList();
    List<LimitUse> come = new ArrayList<>(now);
    come.removeIf(use -> near.contains(use.key()));
    come.stream().limit(WARNINGS_MAX).forEach(NearLimits::warn);
    if (come.size() > WARNINGS_MAX) {
      LOG.warn("{} more are near their limits", come.size() - WARNINGS_MAX);
    }
    Set<LimitUse.Key> keys = HashSet.newHashSet(now.size());
    now.forEach(use -> keys.add(use.key()));
    near = keys;
    return now;
  }

  private static void warn(LimitUse use) {
    LimitUse.Key key = use.key();
    String what =
        key.limit() == TenantLimit.MAX_SERIES ? "series of metric " + key.metric() : "metrics";
    LOG.warn(
        "tenant {} has {} {}, near its limit: {} is {}",
        key.tenant(),
        use.used(),
        what,
        key.limit().setting(),
        use.value());
  }
}

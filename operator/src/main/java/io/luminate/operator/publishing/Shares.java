// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * How many pods are said to share the load. More are said at once, as two pods with a whole share
 * each let a tenant have twice its limit; fewer only after a while, as a pod that restarts is back
 * by then.
 *
 * @param said to every pod
 * @param fewer that there have been fewer pods since
 */
record Shares(Share said, Optional<Fewer> fewer) {
  static final Duration FEWER_AFTER = Duration.ofSeconds(10);

  /**
   * As high as a pod's answer is gone above. Who said more leaves no room for others: half of all
   * sequences.
   */
  private static final long SEQUENCE_FOLLOWED_MAX = 1L << 52;

  /**
   * Fewer pods than said.
   *
   * @param most that there were at once meanwhile
   */
  record Fewer(Instant since, int most) {}

  /**
   * What to say when nobody remembers: what pods were told last, or else how many there are.
   *
   * @param answered by pods
   */
  static Shares first(Collection<Share> answered, int ready, Instant now) {
    return answered.stream()
        .filter(share -> share.sequence() <= SEQUENCE_FOLLOWED_MAX)
        .max((one, other) -> Long.compare(one.sequence(), other.sequence()))
        .map(share -> new Shares(share, Optional.empty()))
        .orElseGet(
            () -> new Shares(new Share(now.toEpochMilli(), bounded(ready)), Optional.empty()));
  }

  /**
   * What to say now.
   *
   * @param answered by pods, of which each is to be told
   */
  Shares next(Collection<Share> answered, int ready, Instant now) {
    Shares counted = counted(bounded(ready), now);
    return answered.stream().anyMatch(counted::isContradictedBy)
        ? new Shares(said(counted.said.replicas(), answered, now), counted.fewer)
        : counted;
  }

  private Shares counted(int pods, Instant now) {
    if (pods == said.replicas()) {
      return new Shares(said, Optional.empty());
    }
    if (pods > said.replicas()) {
      return new Shares(later(pods, now), Optional.empty());
    }
    Fewer since = new Fewer(now, pods);
    Fewer seen = fewer.map(f -> new Fewer(f.since(), Math.max(f.most(), pods))).orElse(since);
    return now.isBefore(seen.since().plus(FEWER_AFTER))
        ? new Shares(said, Optional.of(seen))
        : new Shares(
            later(seen.most(), now), Optional.of(since).filter(f -> f.most() < seen.most()));
  }

  /**
   * Sequences are times, so that nobody has to keep them; a clock that is behind goes on by one.
   */
  private Share later(int pods, Instant now) {
    return new Share(Math.max(now.toEpochMilli(), said.sequence() + 1), pods);
  }

  private Share said(int pods, Collection<Share> answered, Instant now) {
    long highest =
        answered.stream()
            .mapToLong(Share::sequence)
            .filter(Shares::isFollowed)
            .reduce(said.sequence(), Math::max);
    return new Share(LongStream.of(now.toEpochMilli(), highest + 1).max().orElseThrow(), pods);
  }

  /** A pod that was told something else, as late or later, would take no notice. */
  private boolean isContradictedBy(Share answered) {
    return isFollowed(answered.sequence())
        && answered.sequence() >= said.sequence()
        && !answered.equals(said);
  }

  private static boolean isFollowed(long sequence) {
    return sequence <= SEQUENCE_FOLLOWED_MAX;
  }

  private static int bounded(int pods) {
    return Math.clamp(pods, 1, Share.REPLICAS_MAX);
  }

  /** When fewer are said, if nothing changes. */
  Optional<Instant> due() {
    return fewer.map(f -> f.since().plus(FEWER_AFTER));
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.luminate.operator.config.OperatorConfig;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Of several operators the one that has the lease is at work. Writes that must not be done twice
 * are guarded beside that, as a lease alone cannot: who is slow learns late that it has lost it.
 */
public final class Leadership implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

  /** After that another one may have it. */
  private static final Duration LEASE = Duration.ofSeconds(15);

  /** Who has not renewed it for so long gives up, well before another may begin. */
  private static final Duration RENEW_WITHIN = Duration.ofSeconds(10);

  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  private final LeaseAge age = new LeaseAge();
  private final LeaderElector elector;
  private final Runnable lost;
  private volatile boolean isLeading;
  private volatile boolean isClosing;
  private @Nullable CompletableFuture<?> election;

  /**
   * Does not take part yet.
   *
   * @param won what to begin, called once at most and at once returning
   * @param lost what to do when another one may lead; not called after {@link #close}
   */
  public Leadership(
      KubernetesClient kubernetes, OperatorConfig config, Runnable won, Runnable lost) {
    this.lost = lost;
    this.elector =
        kubernetes
            .leaderElector()
            .withConfig(
                new LeaderElectionConfigBuilder()
                    .withName(config.leaseName())
                    .withLock(new TimedLease(config, age))
                    .withLeaseDuration(LEASE)
                    .withRenewDeadline(RENEW_WITHIN)
                    .withRetryPeriod(RETRY_AFTER)
                    .withReleaseOnCancel(true)
                    .withLeaderCallbacks(
                        new LeaderCallbacks(() -> begin(won), this::end, Leadership::tell))
                    .build())
            .build();
  }

  /** Takes part from now on. */
  public synchronized void start() {
    election = elector.start();
  }

  public boolean isLeading() {
    return isLeading;
  }

  /**
   * Whether nobody else can lead now: who was stopped for long, or slept, still takes himself for
   * the leader when he wakes up.
   */
  boolean isCertain() {
    return isLeading && !isClosing && age.isWithin(RENEW_WITHIN);
  }

  /** Whether nobody tries to lead any more, although it was not closed. */
  public synchronized boolean isOver() {
    return election != null && election.isDone() && !isClosing;
  }

  private void begin(Runnable won) {
    isLeading = true;
    won.run();
  }

  private void end() {
    isLeading = false;
    if (!isClosing) {
      lost.run();
    }
  }

  private static void tell(@Nullable String leader) {
    LOG.info("{} leads", Optional.ofNullable(leader).orElse("nobody"));
  }

  /** Lets another one lead at once. */
  @Override
  public synchronized void close() {
    isClosing = true;
    if (election != null) {
      election.cancel(true);
    }
  }
}

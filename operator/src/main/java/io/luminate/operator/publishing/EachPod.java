// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work on many pods at a time, so that one which does not answer keeps nobody else waiting. Who is
 * late goes on alone, and until it has come to its end nothing else is begun with it.
 */
final class EachPod implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EachPod.class);

  /** Of all clusters together; each call may hold a connection and a reply. */
  static final int AT_A_TIME = 64;

  /**
   * What is done with a pod.
   *
   * @param <T> what there is of it before
   * @param <R> what comes of it
   */
  interface Work<T, R> {
    ContainerId container(T one);

    R result(T one);

    /** What to go by while the result is not there. */
    R meanwhile(T one);

    /** The result has come, after others had to go by something else. */
    void late(R meanwhile, R result);
  }

  private final Semaphore places = new Semaphore(AT_A_TIME);
  private final Set<ContainerId> atWork = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("pod-", 0).factory());

  /** The results in the order of what they are of, after so long at the latest. */
  <T, R> List<R> map(List<T> all, Work<T, R> work, Duration within) {
    long untilNanos = System.nanoTime() + within.toNanos();
    List<Optional<CompletableFuture<R>>> begun = all.stream().map(one -> begin(one, work)).toList();
    List<R> results = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      T one = all.get(i);
      results.add(
          begun
              .get(i)
              .map(future -> result(future, one, work, untilNanos))
              .orElseGet(() -> work.meanwhile(one)));
    }
    return results;
  }

  /** Empty: it is still busy with something earlier. */
  private <T, R> Optional<CompletableFuture<R>> begin(T one, Work<T, R> work) {
    if (!atWork.add(work.container(one))) {
      return Optional.empty();
    }
    CompletableFuture<R> future = CompletableFuture.supplyAsync(() -> placed(one, work), threads);
    return Optional.of(future);
  }

  private <T, R> R placed(T one, Work<T, R> work) {
    places.acquireUninterruptibly();
    try {
      return work.result(one);
    } finally {
      places.release();
      atWork.remove(work.container(one));
    }
  }

  private <T, R> R result(CompletableFuture<R> future, T one, Work<T, R> work, long untilNanos) {
    try {
      return future.get(Math.max(0, untilNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      R meanwhile = work.meanwhile(one);
      CompletableFuture<Void> _ =
          future
              .thenAccept(result -> work.late(meanwhile, result))
              .whenComplete((_, failure) -> tell(work.container(one), failure));
      return meanwhile;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a pod's work failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the operator stops", e);
    }
  }

  /** Nobody waits for it any more. */
  private void tell(ContainerId container, @Nullable Throwable failure) {
    if (failure != null && !threads.isShutdown()) {
      LOG.warn("work on {}, which took long, failed", container, failure);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}

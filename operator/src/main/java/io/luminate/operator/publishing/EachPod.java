// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/** Work on many pods at a time, so that one which does not answer keeps nobody else waiting. */
final class EachPod implements AutoCloseable {
  /** Of all clusters together; each call may hold a connection and a reply. */
  static final int AT_A_TIME = 64;

  private final Semaphore places = new Semaphore(AT_A_TIME);
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("pod-", 0).factory());

  /** The results in the order of what they are of. */
  <T, R> List<R> map(List<T> all, Function<T, R> work) {
    List<Future<R>> futures =
        all.stream().map(one -> threads.submit(() -> placed(one, work))).toList();
    List<R> results = new ArrayList<>();
    for (Future<R> future : futures) {
      results.add(result(future));
    }
    return results;
  }

  private <T, R> R placed(T one, Function<T, R> work) throws InterruptedException {
    places.acquire();
    try {
      return work.apply(one);
    } finally {
      places.release();
    }
  }

  private static <R> R result(Future<R> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a pod's work failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the operator stops", e);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}

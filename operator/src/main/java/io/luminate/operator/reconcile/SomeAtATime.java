// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.reconcile;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/** Does many things that wait for Kubernetes, some of them beside each other. */
final class SomeAtATime implements AutoCloseable {
  /** Of all clusters together; the API server shares its places among all its clients. */
  static final int PLACES = 16;

  private final Semaphore places = new Semaphore(PLACES);
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("write-", 0).factory());

  /**
   * Returns once all are done.
   *
   * @throws RuntimeException that of the first one that failed, after all others were tried
   */
  void run(List<Runnable> all) {
    List<CompletableFuture<Void>> begun =
        all.stream().map(one -> CompletableFuture.runAsync(() -> placed(one), threads)).toList();
    Optional<RuntimeException> failure = Optional.empty();
    for (CompletableFuture<Void> one : begun) {
      try {
        one.join();
      } catch (CompletionException e) {
        failure = failure.or(() -> Optional.of(cause(e)));
      }
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  private static RuntimeException cause(CompletionException failure) {
    return failure.getCause() instanceof RuntimeException thrown ? thrown : failure;
  }

  private void placed(Runnable one) {
    places.acquireUninterruptibly();
    try {
      one.run();
    } finally {
      places.release();
    }
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}

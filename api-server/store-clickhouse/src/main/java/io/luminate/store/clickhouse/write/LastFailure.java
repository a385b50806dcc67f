// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import io.luminate.store.ErrorCode;
import io.luminate.store.StoreException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why the last attempt to store points failed, if it did. For many threads. */
final class LastFailure {
  /** After a minute without a write nobody knows. */
  private static final Duration AGE_MAX = Duration.ofMinutes(1);

  private record Failure(WriteFailure kind, long atNanos) {}

  private volatile @Nullable Failure failure;
  private volatile long storedNanos = System.nanoTime();

  void failed(StoreException e) {
    boolean overloaded = e.code() == ErrorCode.OVERLOADED;
    failure =
        new Failure(overloaded ? WriteFailure.OVERLOADED : WriteFailure.PASSING, System.nanoTime());
  }

  void stored() {
    failure = null;
    storedNanos = System.nanoTime();
  }

  void forget() {
    failure = null;
  }

  /**
   * A fresh one, unless points were stored since.
   *
   * @param other that of points which are stored in another way
   */
  Optional<WriteFailure> kindBeside(LastFailure other) {
    Failure last = failure;
    return last == null || other.storedNanos - last.atNanos() > 0 ? Optional.empty() : kind();
  }

  /** A fresh one. */
  Optional<WriteFailure> kind() {
    Failure last = failure;
    return last == null || System.nanoTime() - last.atNanos() > AGE_MAX.toNanos()
        ? Optional.empty()
        : Optional.of(last.kind());
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import io.luminate.store.clickhouse.client.ClickHouseFailure;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries something again and again, until it is done, trying is no use, or the time is over. */
final class Attempts {
  private static final int OVERLOAD_TRIES = 4;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  /** However little is left of the deadline, an attempt has this long. */
  private static final Duration SHORTEST = Duration.ofMillis(200);

  private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

  private final String what;
  private final Deadline deadline;
  private final boolean spread;
  private boolean doubt;

  /**
   * @param what for the log
   * @param doubt whether something may be stored before the first attempt
   */
  Attempts(String what, Deadline deadline, boolean doubt) {
    this(what, deadline, doubt, false);
  }

  /**
   * @param spread whether one server may refuse its share after another one has taken its own
   */
  Attempts(String what, Deadline deadline, boolean doubt, boolean spread) {
    this.what = what;
    this.deadline = deadline;
    this.doubt = doubt;
    this.spread = spread;
  }

  /** Whether something may be stored of an attempt that failed. */
  boolean doubt() {
    return doubt;
  }

  /** For an attempt's statement that wants so much of the deadline left behind it. */
  Duration time(Duration reserve) {
    Duration time = deadline.remaining().minus(reserve);
    return time.compareTo(SHORTEST) > 0 ? time : SHORTEST;
  }

  /**
   * @param attempt with nothing as its result if it is to be tried again at once
   * @throws io.luminate.store.StoreException when all was in vain
   */
  <T> T run(Supplier<Optional<T>> attempt) {
    Duration pause = FIRST_PAUSE;
    for (int tried = 1; ; tried++) {
      try {
        Optional<T> result = attempt.get();
        if (result.isPresent()) {
          return result.get();
        }
        if (deadline.isOver()) {
          throw WriteFailure.PASSING.answer(doubt);
        }
      } catch (ClickHouseFailure e) {
        afterFailure(e, tried, pause);
        pause = pause.multipliedBy(2);
        pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
      }
    }
  }

  private void afterFailure(ClickHouseFailure failure, int tried, Duration pause) {
    doubt |= spread ? failure.sent() : WriteFailure.leavesDoubt(failure);
    WriteFailure kind = WriteFailure.of(failure);
    boolean again =
        switch (kind) {
          case PASSING -> true;
          case OVERLOADED -> tried < OVERLOAD_TRIES;
          case LASTING -> false;
        };
    if (!again || deadline.remaining().compareTo(pause) <= 0) {
      LOG.warn("{} failed: {}", what, failure.getMessage());
      throw kind.answer(doubt, failure);
    }
    LOG.info("{} is tried again: {}", what, failure.getMessage());
    pause(pause);
  }

  void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
      throw WriteFailure.PASSING.answer(doubt);
    }
  }
}

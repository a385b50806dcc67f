// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import io.luminate.store.ErrorCode;
import io.luminate.store.StoreException;
import io.luminate.store.clickhouse.client.ClickHouseFailure;
import io.luminate.store.clickhouse.write.WriteFailure;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens what needs ClickHouse: at once if it answers, else in the background until it does, so that
 * a process need not end because ClickHouse begins later, or has too much to do just then.
 */
final class Opening implements AutoCloseable {
  private static final Duration RETRY = Duration.ofSeconds(2);

  private static final String NOT_OPENED = "it cannot be opened";

  private static final Logger LOG = LoggerFactory.getLogger(Opening.class);

  private final Supplier<StoreParts> open;
  private final Consumer<StoreParts> late;
  private final Thread thread = Thread.ofVirtual().name("opening").unstarted(this::untilOpen);
  private volatile Optional<StoreParts> parts = Optional.empty();
  private volatile String failure = "";

  private Opening(Supplier<StoreParts> open, Consumer<StoreParts> late) {
    this.open = open;
    this.late = late;
  }

  /**
   * @param late brings what was opened in the background up to date, once others find it
   * @throws ClickHouseFailure when ClickHouse refuses, and not because of what passes by itself
   * @throws StoreException when the database cannot be used
   */
  static Opening begin(Supplier<StoreParts> open, Consumer<StoreParts> late) {
    Opening opening = new Opening(open, late);
    try {
      opening.parts = Optional.of(open.get());
    } catch (ClickHouseFailure e) {
      if (WriteFailure.of(e) == WriteFailure.LASTING) {
        throw e;
      }
      LOG.warn("the store cannot be opened yet; tried again until it can: {}", e.getMessage());
      opening.failure = e.inShort();
      opening.thread.start();
    }
    return opening;
  }

  private void untilOpen() {
    while (parts.isEmpty() && !Thread.currentThread().isInterrupted()) {
      try {
        Thread.sleep(RETRY);
        StoreParts opened = open.get();
        parts = Optional.of(opened);
        late.accept(opened);
        LOG.info("ClickHouse is there");
      } catch (InterruptedException closing) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException e) {
        LOG.warn("the store cannot be opened yet: {}", e.getMessage());
        failure = inShort(e);
      } catch (Error e) { // Or it would never be tried again.
        LOG.error("the store cannot be opened, and is tried again within {}", RETRY, e);
        failure = NOT_OPENED;
      }
    }
  }

  /** Anybody may ask for the health, so names of others are in the log alone. */
  private static String inShort(RuntimeException e) {
    return switch (e) {
      case ClickHouseFailure answer -> answer.inShort();
      case StoreException refusal when refusal.details().containsKey("reason") ->
          "the database cannot be used: " + refusal.details().get("reason");
      default -> NOT_OPENED;
    };
  }

  Optional<StoreParts> parts() {
    return parts;
  }

  StoreParts required() {
    return parts.orElseThrow(
        () ->
            new StoreException(
                ErrorCode.STORAGE_UNAVAILABLE, "the storage is not available; nothing was done"));
  }

  /** Why it is not open. */
  String failure() {
    return failure;
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    parts.ifPresent(StoreParts::close);
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import io.luminate.store.ErrorCode;
import io.luminate.store.QueryControl;
import io.luminate.store.StoreException;
import io.luminate.store.clickhouse.client.Answer;
import io.luminate.store.clickhouse.client.ClickHouseClient;
import io.luminate.store.clickhouse.client.ClickHouseFailure;
import io.luminate.store.clickhouse.client.RowFunction;
import io.luminate.store.clickhouse.client.Statement;
import io.luminate.store.clickhouse.schema.Tables;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Runs the statements of a question within its deadline and memory, on the caller's thread, as each
 * hand-over to another is a part of what a small question costs. Its interruption closes the
 * connection: ClickHouse then stops the statement at once, behind any load balancer, and as well if
 * this process dies.
 */
final class StatementRunner {
  /** Of ClickHouse's own deadline, which is there in case that nobody closes the connection. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  /**
   * Of a thread's groups, until they are spread over parts by their hash, which then can be merged
   * by several threads. It is an eighth of the whole question where it happens, and ClickHouse does
   * it from 100 000 on.
   */
  private static final String GROUPS_IN_ONE_PART_MAX = "200000";

  private static final long TWO_LEVEL_BYTES = 50_000_000;

  private static final String PROCESS = UUID.randomUUID().toString();
  private static final AtomicLong STATEMENTS = new AtomicLong();

  private final ClickHouseClient client;
  private final long memoryBytesMax;
  private final Map<String, String> settings;

  StatementRunner(ClickHouseClient client, long memoryBytesMax) {
    this.client = client;
    this.memoryBytesMax = memoryBytesMax;
    this.settings = settings(memoryBytesMax);
  }

  <T> Answer<T> run(Statement statement, RowFunction<T> read, QueryControl control) {
    return runUnless(statement, read, control)
        .orElseThrow(() -> new IllegalStateException("nothing was excepted"));
  }

  /**
   * @return empty if ClickHouse refused the statement for one of the reasons
   */
  <T> Optional<Answer<T>> runUnless(
      Statement statement, RowFunction<T> read, QueryControl control, Refusal... refusals) {
    control.checkpoint();
    Statement prepared = prepared(statement, control);
    try {
      return Optional.of(await(() -> client.query(prepared, read), control));
    } catch (ClickHouseFailure e) {
      control.checkpoint();
      if (Arrays.stream(refusals).anyMatch(refusal -> refusal.is(e))) {
        return Optional.empty();
      }
      throw ReadFailure.of(e, control, memoryBytesMax);
    }
  }

  /**
   * Waits for what asks ClickHouse by itself no longer than for a statement.
   *
   * @param question is given what makes its statements the request's
   */
  <T> T within(QueryControl control, Function<UnaryOperator<Statement>, T> question) {
    control.checkpoint();
    try {
      return await(() -> question.apply(statement -> bounded(statement, control)), control);
    } catch (ClickHouseFailure e) {
      control.checkpoint();
      throw ReadFailure.of(e, control, memoryBytesMax);
    }
  }

  /** Known to ClickHouse as the request's, and ended by it some time after the request. */
  private static Statement bounded(Statement statement, QueryControl control) {
    Duration patience = control.remaining().plus(GRACE);
    return statement
        .withSetting("max_execution_time", seconds(patience))
        .withQueryId(queryId(control.requestId()))
        .within(patience);
  }

  private Statement prepared(Statement statement, QueryControl control) {
    return bounded(statement, control)
        .within(Statement.UNTIL_INTERRUPTED)
        .withSettings(settings)
        .asRepeatable();
  }

  private static Map<String, String> settings(long memoryBytesMax) {
    String half = String.valueOf(memoryBytesMax / 2);
    return Map.of(
        "readonly",
        "2",
        Tables.ON_THE_FLY,
        "1",
        "cancel_http_readonly_queries_on_client_close",
        "1",
        // It makes sum(x) * 2^-128 of sum(x * 2^-128).
        "optimize_arithmetic_operations_in_aggregate_functions",
        "0",
        "max_memory_usage",
        String.valueOf(memoryBytesMax),
        "max_bytes_before_external_group_by",
        half,
        "max_bytes_before_external_sort",
        half,
        "group_by_two_level_threshold",
        GROUPS_IN_ONE_PART_MAX,
        // Groups are spilled only once they are in parts by hash, ClickHouse's own bound is 50 MB.
        "group_by_two_level_threshold_bytes",
        String.valueOf(Math.min(TWO_LEVEL_BYTES, memoryBytesMax / 8)));
  }

  private static String seconds(Duration duration) {
    return BigDecimal.valueOf(duration.toMillis(), 3).toPlainString();
  }

  /** A request may have several statements, and clients may use a request's id again. */
  private static String queryId(String requestId) {
    String unique = PROCESS + "-" + STATEMENTS.incrementAndGet();
    return requestId.isEmpty() ? unique : requestId + "/" + unique;
  }

  /** Interruption closes the connection of a virtual thread alone. */
  private static <T> T await(Supplier<T> question, QueryControl control) {
    return Thread.currentThread().isVirtual()
        ? interruptibly(question, control)
        : elsewhere(() -> interruptibly(question, control));
  }

  private static <T> T interruptibly(Supplier<T> question, QueryControl control) {
    try (Interruption _ = new Interruption(control)) {
      return question.get();
    }
  }

  private static <T> T elsewhere(Callable<T> question) {
    FutureTask<T> task = new FutureTask<>(question);
    Thread thread = Thread.ofVirtual().name("statement").start(task);
    try {
      return task.get();
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
      throw new StoreException(ErrorCode.QUERY_CANCELLED, "the query was interrupted", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof ClickHouseFailure failure
          ? failure
          : new IllegalStateException("a statement failed in an unknown way", e.getCause());
    }
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.client;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.ClientConfigProperties;
import com.clickhouse.client.api.ConnectionInitiationException;
import com.clickhouse.client.api.ServerException;
import com.clickhouse.client.api.insert.InsertResponse;
import com.clickhouse.client.api.insert.InsertSettings;
import com.clickhouse.client.api.query.QueryResponse;
import com.clickhouse.client.api.query.QuerySettings;
import com.clickhouse.data.ClickHouseFormat;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Sends statements and reads their answers, each on its caller's thread, over a bounded pool of
 * connections to each address, LZ4 both ways. One address is used until it fails, then the next. A
 * statement that no server can have seen goes to all of them in turn, and so does one that changes
 * nothing, if its connection broke; where there is one address alone it goes there once more. Any
 * other is repeated by none but its caller, who knows what may be.
 */
public final class ClickHouseClient implements AutoCloseable {
  /**
   * Characters of parameters that go into the URL, where they may take three times as many bytes.
   */
  private static final int URL_PARAMETERS_MAX = 4 << 10;

  /**
   * ClickHouse holds an answer back until it is complete, so that an error can still take its
   * place: up to so many bytes in memory, and only what is more in a file.
   */
  private static final String ANSWER_BYTES_IN_MEMORY = String.valueOf(1 << 20);

  /** One for each address, as a client of several uses the first alone. */
  private final List<AddressClient> clients;

  private final String name;
  private volatile int current;

  public ClickHouseClient(ClickHouseAccess access) {
    this.clients =
        access.addresses().stream().map(address -> new AddressClient(access, address)).toList();
    this.name = access.toString();
    this.current = ThreadLocalRandom.current().nextInt(clients.size());
  }

  /** Runs a statement without an answer. */
  public void execute(Statement statement) {
    query(statement, rows -> true);
  }

  /** Runs a query and reads its whole answer. */
  public <T> Answer<T> query(Statement statement, RowFunction<T> read) {
    long beganNanos = System.nanoTime();
    try {
      return exchange(statement, client -> ask(client, statement, read));
    } catch (ClickHouseFailure e) {
      Optional<Statement> again =
          worthAnother(e, statement)
              ? statement.again(Duration.ofNanos(System.nanoTime() - beganNanos))
              : Optional.empty();
      return askAnew(again.orElseThrow(() -> e), read);
    }
  }

  /**
   * When a server starts again, each connection from before breaks under the statement that it is
   * used for next. One that got no answer in time need not be sent again.
   */
  private boolean worthAnother(ClickHouseFailure failure, Statement statement) {
    return clients.size() == 1
        && statement.repeatable()
        && failure.broken()
        && !Thread.currentThread().isInterrupted();
  }

  private <T> Answer<T> askAnew(Statement statement, RowFunction<T> read) {
    try {
      return clients.getFirst().exchangeAnew(client -> ask(client, statement, read));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure(e);
    } catch (Exception e) {
      throw failure(e);
    }
  }

  private static <T> Answer<T> ask(Client client, Statement statement, RowFunction<T> read)
      throws Exception {
    try (QueryResponse response =
        answer(client.query(statement.sql(), statement.parameters(), querySettings(statement)))) {
      T value = read.apply(new RowReader(response.getInputStream()));
      return new Answer<>(value, response.getReadRows(), response.getReadBytes());
    }
  }

  private static QuerySettings querySettings(Statement statement) {
    QuerySettings settings =
        new QuerySettings().setFormat(ClickHouseFormat.RowBinary).waitEndOfQuery(true);
    settings.serverSetting("http_response_buffer_size", ANSWER_BYTES_IN_MEMORY);
    statement.settings().forEach(settings::serverSetting);
    settings.setNetworkTimeout(statement.timeout().toMillis(), ChronoUnit.MILLIS);
    settings.setOption(
        ClientConfigProperties.HTTP_SEND_PARAMS_IN_BODY.getKey(),
        statement.parameterCharacters() > URL_PARAMETERS_MAX);
    if (!statement.queryId().isEmpty()) {
      settings.setQueryId(statement.queryId());
    }
    return settings;
  }

  /**
   * Inserts rows as one statement; the text of {@code statement} is the table's name. When it
   * returns, ClickHouse has them.
   */
  public void insert(Statement statement, List<String> columns, InsertBody body) {
    InsertSettings settings = new InsertSettings();
    statement.settings().forEach(settings::serverSetting);
    settings.setNetworkTimeout(statement.timeout().toMillis(), ChronoUnit.MILLIS);
    if (!statement.queryId().isEmpty()) {
      settings.setQueryId(statement.queryId());
    }
    exchange(
        statement,
        client -> {
          try (InsertResponse response =
              answer(
                  client.insert(
                      statement.sql(),
                      columns,
                      body::writeTo,
                      ClickHouseFormat.Native,
                      settings))) {
            return response.getWrittenRows();
          }
        });
  }

  private <T> T exchange(Statement statement, AddressClient.Exchange<T> exchange) {
    for (int tried = 1; ; tried++) {
      int address = current;
      try {
        return clients.get(address).exchange(exchange);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw failure(e);
      } catch (Exception e) {
        ClickHouseFailure failure = failure(e);
        if (!failure.refused() || failure.ofOneServer()) {
          current = (address + 1) % clients.size();
        }
        boolean again = !failure.refused() && (!failure.sent() || statement.repeatable());
        if (!again || tried == clients.size()) {
          throw failure;
        }
      }
    }
  }

  private static <T> T answer(CompletableFuture<T> answer) throws Exception {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  private ClickHouseFailure failure(Exception failure) {
    Throwable deepest = failure;
    while (!(deepest instanceof ServerException) && deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    if (deepest instanceof ServerException server) {
      return new ClickHouseFailure(
          server.getCode(), true, String.valueOf(server.getMessage()), failure);
    }
    if (deepest instanceof InterruptedIOException && !(deepest instanceof SocketTimeoutException)) {
      return new ClickHouseFailure(
          ClickHouseFailure.NO_CONNECTION_FREE,
          false,
          "all connections to ClickHouse (" + name + ") are in use",
          failure);
    }
    boolean sent = sent(failure, deepest);
    String what = sent ? "no answer from" : "no connection to";
    return new ClickHouseFailure(
        ClickHouseFailure.NO_ANSWER,
        sent,
        what + " ClickHouse (" + name + "): " + deepest,
        failure);
  }

  /**
   * Whether a server may have seen the statement. The library calls it a connection that was not
   * initiated also when the other side closed one in place of an answer: that it may have done
   * because it was killed with the rows already stored.
   */
  private static boolean sent(Exception failure, Throwable deepest) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof ConnectionInitiationException) {
        return !(deepest instanceof ConnectException
            || deepest instanceof UnknownHostException
            || deepest instanceof NoRouteToHostException
            // Of making a connection; one that waits for an answer is wrapped otherwise.
            || deepest instanceof InterruptedIOException);
      }
    }
    return true;
  }

  @Override
  public void close() {
    clients.forEach(AddressClient::close);
  }
}

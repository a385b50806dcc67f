// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.client;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/**
 * Sends statements and reads their answers, each on its caller's thread, over a bounded pool of
 * connections to each address. One address is used until it fails, then the next. A statement that
 * no server can have seen goes to all of them in turn, and so does one that changes nothing, if its
 * connection broke; where there is one address alone it goes there once more. Any other is repeated
 * by none but its caller, who knows what may be.
 */
public final class ClickHouseClient implements AutoCloseable {
  private final List<Address> addresses;
  private volatile int current;

  public ClickHouseClient(ClickHouseAccess access) {
    String name = access.toString();
    this.addresses =
        access.addresses().stream().map(address -> new Address(access, address, name)).toList();
    this.current = ThreadLocalRandom.current().nextInt(addresses.size());
  }

  /** Runs a statement without an answer. */
  public void execute(Statement statement) {
    query(statement, rows -> true);
  }

  /** Runs a query and reads its whole answer. */
  public <T> Answer<T> query(Statement statement, RowFunction<T> read) {
    long beganNanos = System.nanoTime();
    try {
      return exchange(statement, address -> address.ask(statement, read));
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
    return addresses.size() == 1
        && statement.repeatable()
        && failure.broken()
        && !Thread.currentThread().isInterrupted();
  }

  /** Over a connection made for it: any other that was idle may be broken too. */
  private <T> Answer<T> askAnew(Statement statement, RowFunction<T> read) {
    Address address = addresses.getFirst();
    address.dropIdle();
    return address.ask(statement, read);
  }

  /**
   * Inserts rows as one statement; the text of {@code statement} is the table's name. When it
   * returns, ClickHouse has them.
   */
  public void insert(Statement statement, List<String> columns, InsertBody body) {
    exchange(
        statement,
        address -> {
          address.insert(statement, columns, body);
          return true;
        });
  }

  private <T> T exchange(Statement statement, Function<Address, T> exchange) {
    for (int tried = 1; ; tried++) {
      int address = current;
      try {
        return exchange.apply(addresses.get(address));
      } catch (ClickHouseFailure failure) {
        if (!failure.refused() || failure.ofOneServer()) {
          current = (address + 1) % addresses.size();
        }
        boolean again = !failure.refused() && (!failure.sent() || statement.repeatable());
        if (!again || tried == addresses.size()) {
          throw failure;
        }
      }
    }
  }

  @Override
  public void close() {
    addresses.forEach(Address::close);
  }
}

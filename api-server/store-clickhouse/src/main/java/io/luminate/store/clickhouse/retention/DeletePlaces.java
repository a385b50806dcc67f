// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.retention;

import io.luminate.model.TenantId;
import io.luminate.store.ErrorCode;
import io.luminate.store.StoreException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Lets so many deletes be under way, of one tenant half of what the others leave: the next one
 * finds a place. Those that this process has let in count before ClickHouse knows of them, however
 * many come at the same time; of other processes' those do that ClickHouse knows of.
 *
 * <p>Concurrency: guarded by this, which nobody holds while ClickHouse is asked.
 */
final class DeletePlaces {
  private final int all;

  /** Names of those that ClickHouse need not know of yet. */
  private final Set<String> beginning = new HashSet<>();

  /**
   * For each that looks at what is under way, those that have begun since: ClickHouse's answer may
   * be older than they are.
   */
  private final Set<Look> looking = new HashSet<>();

  private static final class Look {
    final Set<String> begun = new HashSet<>();
  }

  DeletePlaces(int all) {
    this.all = all;
  }

  /** A place of a delete until ClickHouse knows of it, or it has failed. */
  final class Place implements AutoCloseable {
    private final String name;

    private Place(String name) {
      this.name = name;
    }

    @Override
    public void close() {
      left(name);
    }
  }

  /**
   * @param operation its own
   * @param pending asks ClickHouse for the names of those under way
   * @throws StoreException OVERLOADED if there is no place
   */
  Place enter(TenantId tenant, String operation, Supplier<Set<String>> pending) {
    Look look = begin();
    try {
      return enter(tenant, operation, pending.get(), look);
    } finally {
      end(look);
    }
  }

  private synchronized Look begin() {
    Look look = new Look();
    looking.add(look);
    return look;
  }

  private synchronized void end(Look look) {
    looking.remove(look);
  }

  private synchronized Place enter(
      TenantId tenant, String operation, Set<String> pending, Look look) {
    Set<String> underWay = new HashSet<>(pending);
    underWay.addAll(beginning);
    underWay.addAll(look.begun);
    requireFewer(underWay.size(), all);
    long own = underWay.stream().filter(name -> DeleteMutations.isOf(name, tenant)).count();
    long others = underWay.size() - own;
    requireFewer(own, Math.ceilDiv(all - others, 2));
    String name = DeleteMutations.name(operation, tenant);
    beginning.add(name);
    return new Place(name);
  }

  private static void requireFewer(long underWay, long max) {
    if (underWay >= max) {
      throw new StoreException(
          ErrorCode.OVERLOADED,
          underWay + " deletes are under way, and at most " + max + " may be",
          Map.of("limit", max, "current", underWay));
    }
  }

  private synchronized void left(String name) {
    if (beginning.remove(name)) {
      looking.forEach(look -> look.begun.add(name));
    }
  }
}

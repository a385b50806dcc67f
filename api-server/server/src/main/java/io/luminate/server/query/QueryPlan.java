// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.query;

import io.luminate.store.AggregateQuery;
import io.luminate.store.RangeQuery;
import io.luminate.store.RateQuery;
import java.time.Duration;

/** A query that keeps all bounds, ready to run. */
public sealed interface QueryPlan {
  Duration timeout();

  record Range(RangeQuery query, Duration timeout) implements QueryPlan {}

  /** {@code nowMillis} tells which buckets are not over yet. */
  record Aggregate(AggregateQuery query, long nowMillis, Duration timeout) implements QueryPlan {}

  record Rate(RateQuery query, long nowMillis, Duration timeout) implements QueryPlan {}
}

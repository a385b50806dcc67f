// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.query;

import io.luminate.store.AggregateResult;
import io.luminate.store.RangeResult;
import io.luminate.store.RateResult;
import java.util.Optional;

/** The store's result with the plan that it answers. */
public sealed interface QueryAnswer {
  /** {@code cursor} is present when there is more. */
  record Range(RangeResult result, Optional<String> cursor) implements QueryAnswer {}

  record Aggregate(AggregateResult result, QueryPlan.Aggregate plan) implements QueryAnswer {}

  record Rate(RateResult result, QueryPlan.Rate plan) implements QueryAnswer {}
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.model.RetentionPolicies;
import io.luminate.store.AggregateQuery;
import io.luminate.store.MetricsStore;
import io.luminate.store.QueryControl;
import io.luminate.store.RateQuery;
import io.luminate.store.SeriesLimits;
import io.luminate.store.SeriesRequest;
import io.luminate.store.reference.ExactAnswer;
import io.luminate.store.reference.ReferenceStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** The reference store, which keeps the exact answer to the latest aggregate or rate. */
final class ExplainingStore {
  private final ReferenceStore reference =
      new ReferenceStore(InstantSource.system(), RetentionPolicies.keepFor(Duration.ofDays(30)));

  private volatile Optional<Explained> latest = Optional.empty();

  /** What a server that has been asked went by. */
  sealed interface Explained {
    record Aggregate(AggregateQuery query, ExactAnswer answer) implements Explained {}

    record Rate(RateQuery query, ExactAnswer answer) implements Explained {}
  }

  /** For one server. */
  MetricsStore store() {
    return (MetricsStore)
        Proxy.newProxyInstance(
            ExplainingStore.class.getClassLoader(),
            new Class<?>[] {MetricsStore.class},
            (proxy, method, arguments) -> call(method, arguments));
  }

  /** Nothing if neither has been asked since the last time. */
  Optional<Explained> takeLatest() {
    Optional<Explained> taken = latest;
    latest = Optional.empty();
    return taken;
  }

  private Object call(Method method, Object... arguments) throws Throwable {
    Object first = arguments == null ? "" : arguments[0];
    switch (first) {
      case AggregateQuery query ->
          latest =
              Optional.of(
                  new Explained.Aggregate(
                      query, reference.explain(query, (QueryControl) arguments[1])));
      case RateQuery query ->
          latest =
              Optional.of(
                  new Explained.Rate(query, reference.explain(query, (QueryControl) arguments[1])));
      // Near no limit, and to look how near takes the reference a look at every point.
      case SeriesRequest request ->
          arguments[0] =
              new SeriesRequest(
                  request.tenant(), request.series(), SeriesLimits.NONE, request.unfoldable());
      default -> {}
    }
    try {
      return method.invoke(reference, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}

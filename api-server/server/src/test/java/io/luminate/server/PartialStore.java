// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server;

import io.luminate.store.MetricsStore;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A store that answers a few methods, by their names; any other call is one too many. */
public final class PartialStore {
  private PartialStore() {}

  /** What a method returns; nothing of one that returns nothing. */
  @FunctionalInterface
  public interface Answer {
    @Nullable Object to(Object[] arguments);
  }

  public static MetricsStore of(Map<String, Answer> answers) {
    return (MetricsStore)
        Proxy.newProxyInstance(
            PartialStore.class.getClassLoader(),
            new Class<?>[] {MetricsStore.class},
            (proxy, method, arguments) -> {
              Answer answer = answers.get(method.getName());
              if (answer == null) {
                throw new AssertionError("a call of " + method);
              }
              return answer.to(arguments);
            });
  }
}

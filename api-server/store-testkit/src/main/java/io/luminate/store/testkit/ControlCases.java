// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import static io.luminate.store.testkit.StoreFixture.MINUTE;
import static io.luminate.store.testkit.StoreFixture.T0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.store.Aggregation;
import io.luminate.store.ErrorCode;
import io.luminate.store.QueryControl;
import io.luminate.store.StoreException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Deadlines and cancellation stop every kind of query. */
interface ControlCases extends ContractCases {

  @Test
  default void control_expired_isQueryTimeout() {
    assertAllFail(QueryControl.withTimeout(Duration.ZERO), ErrorCode.QUERY_TIMEOUT);
  }

  @Test
  default void control_cancelled_isQueryCancelled() {
    QueryControl cancelled = StoreFixture.control();
    cancelled.cancel();
    assertAllFail(cancelled, ErrorCode.QUERY_CANCELLED);
  }

  private void assertAllFail(QueryControl control, ErrorCode code) {
    for (int i = 0; i < 100; i++) {
      given().add("m", T0 + i, i, "k", "v" + i % 10);
    }
    questions(given().ask("m").within(control).every(MINUTE).by("k"))
        .forEach(
            (name, question) ->
                assertThatThrownBy(question)
                    .as(name)
                    .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.code()).isEqualTo(code)));
  }

  private static Map<String, ThrowingCallable> questions(Question question) {
    Map<String, ThrowingCallable> all = new LinkedHashMap<>();
    for (Aggregation aggregation : Aggregation.values()) {
      all.put("aggregate " + aggregation, () -> question.aggregate(aggregation));
    }
    all.put("range", question::points);
    all.put("rate", question::rate);
    all.put("metrics", question::metrics);
    all.put("keys", question::keys);
    all.put("values", () -> question.values("k", ""));
    return all;
  }
}

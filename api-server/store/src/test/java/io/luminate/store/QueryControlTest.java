// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueryControlTest {
  private final QueryControl control = QueryControl.withTimeout(Duration.ofMinutes(1), "request-7");
  private final List<String> ran = new ArrayList<>();

  @Test
  void cancel_runsWhatWaits_once() {
    control.onCancel(() -> ran.add("first"));
    control.onCancel(() -> ran.add("second"));
    control.cancel();
    control.cancel();
    assertThat(ran).containsExactly("first", "second");
  }

  @Test
  void cancel_ofWhatIsClosed_runsNothing() {
    QueryControl.Registration closed = control.onCancel(() -> ran.add("closed"));
    control.onCancel(() -> ran.add("open"));
    closed.close();
    control.cancel();
    assertThat(ran).containsExactly("open");
  }

  @Test
  void onCancel_afterwards_runsAtOnce() {
    control.cancel();
    control.onCancel(() -> ran.add("late"));
    assertThat(ran).containsExactly("late");
  }

  @Test
  void cancel_isSeenByAnAction() {
    control.onCancel(
        () ->
            assertThatThrownBy(control::checkpoint)
                .isInstanceOfSatisfying(
                    StoreException.class,
                    e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_CANCELLED)));
    control.cancel();
  }

  @Test
  void requestId_isKept() {
    assertThat(control.requestId()).isEqualTo("request-7");
    assertThat(QueryControl.withTimeout(Duration.ZERO).requestId()).isEmpty();
  }
}

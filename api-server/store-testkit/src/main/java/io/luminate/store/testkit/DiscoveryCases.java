// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import static io.luminate.store.testkit.Answers.value;
import static io.luminate.store.testkit.StoreFixture.DAY;
import static io.luminate.store.testkit.StoreFixture.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.model.RetentionPolicies;
import io.luminate.model.RetentionRules;
import io.luminate.store.KeysResult;
import io.luminate.store.MetricNamesResult;
import io.luminate.store.ValuesResult;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Metric names, their keys, and the values of a key by frequency. */
interface DiscoveryCases extends ContractCases {

  @Test
  default void listMetrics_ascendsByUtf8() {
    given().add("b", T0, 1).add("a", T0, 1).add("B", T0, 1).add("a_b", T0, 1).add("aB", T0, 1);
    given().add("\uD83D\uDE00", T0, 1).add("\uFF5E", T0, 1);
    assertThat(given().ask("any").metrics())
        .containsExactly("B", "a", "aB", "a_b", "b", "\uFF5E", "\uD83D\uDE00");
  }

  @Test
  default void listMetrics_filtered_namesOnlyThoseWithAMatchingPoint() {
    given().add("a", T0, 1, "k", "x").add("b", T0, 1, "k", "y").add("c", T0, 1);
    given().add("d", T0, 1, "k", "x", "l", "1").add("d", T0, 1, "k", "y", "l", "2");
    assertThat(given().ask("any").where("k", "x").metrics()).containsExactly("a", "d");
    assertThat(given().ask("any").where("k", "").metrics()).containsExactly("c");
    assertThat(given().ask("any").where("k", "x").where("l", "2").metrics()).isEmpty();
  }

  @Test
  default void listMetrics_limit_saysTruncated() {
    List<String> names = IntStream.range(100, 130).mapToObj(number -> "m" + number).toList();
    for (String name : names.reversed()) {
      given().add(name, T0, 1);
    }
    for (int limit : new int[] {1, 4, 29}) {
      assertThat(given().ask("any").limit(limit).metricList(""))
          .as("limit %d", limit)
          .isEqualTo(new MetricNamesResult(names.subList(0, limit), true));
    }
    assertThat(given().ask("any").limit(30).metricList(""))
        .isEqualTo(new MetricNamesResult(names, false));
  }

  @Test
  default void listMetrics_prefix() {
    given().add("api_a", T0, 1).add("api_b", T0, 1, "k", "x").add("api", T0, 1).add("Api_", T0, 1);
    given().add("xapi_", T0, 1).add("apia", T0, 1);
    assertThat(given().ask("any").metricList("api_").names()).containsExactly("api_a", "api_b");
    assertThat(given().ask("any").limit(1).metricList("api_b").truncated()).isFalse();
    assertThat(given().ask("any").limit(1).metricList("api_"))
        .isEqualTo(new MetricNamesResult(List.of("api_a"), true));
    assertThat(given().ask("any").where("k", "x").metricList("api_").names())
        .containsExactly("api_b");
    assertThat(given().ask("any").metricList("z").names()).isEmpty();
  }

  /** What is named, or makes the answer short, is what still has points alone. */
  @Test
  default void listMetrics_limit_countsNoMetricThatIsGone() {
    for (int number = 10; number < 30; number++) {
      given().add("m" + number, T0 - (number % 2 == 0 ? 3 * DAY : 0), 1, "k", "v" + number % 4);
    }
    given()
        .store()
        .applyRetention(RetentionRules.configured(RetentionPolicies.keepFor(Duration.ofDays(1))));
    assertThat(given().ask("any").limit(3).metricList(""))
        .isEqualTo(new MetricNamesResult(List.of("m11", "m13", "m15"), true));
    assertThat(given().ask("any").limit(10).metricList("").truncated()).isFalse();
    assertThat(given().ask("any").where("k", "v3").limit(2).metricList(""))
        .isEqualTo(new MetricNamesResult(List.of("m11", "m15"), true));
    assertThat(given().ask("any").limit(1).metricList("m28").names()).isEmpty();
  }

  @Test
  default void listDimensionKeys_ascendsByUtf8() {
    given().add("m", T0, 1, "b", "1", "B", "1").add("m", T0, 1, "a", "1", "\uD83D\uDE00", "1");
    given().add("m", T0, 1).add("n", T0, 1, "other", "1");
    assertThat(given().ask("m").keys()).containsExactly("B", "a", "b", "\uD83D\uDE00");
    assertThat(given().ask("none").keys()).isEmpty();
  }

  @Test
  default void listDimensionKeys_filtered_countsOwnPointsOnly() {
    given().add("m", T0, 1, "customer", "1", "a", "1").add("m", T0, 1, "customer", "2", "b", "1");
    assertThat(given().ask("m").where("customer", "2").keys()).containsExactly("b", "customer");
  }

  /** Of which most have no column of their own where stores give such to the first ones. */
  @Test
  default void listDimensionKeys_limit_saysTruncated() {
    List<String> keys = IntStream.range(100, 130).mapToObj(number -> "k" + number).toList();
    for (String key : keys.reversed()) {
      given().add("m", T0, 1, key, "v");
    }
    for (int limit : new int[] {1, 4, 25, 29}) {
      KeysResult some = given().ask("m").limit(limit).keyList();
      assertThat(some.keys()).isEqualTo(keys.subList(0, limit));
      assertThat(some.truncated()).as("limit %d", limit).isTrue();
    }
    assertThat(given().ask("m").limit(30).keyList()).isEqualTo(new KeysResult(keys, false));
  }

  /** Whoever looks at some points first has to look on. */
  @Test
  default void listDimensionKeys_ofOnePointAmongThousands_areNamed() {
    for (int i = 0; i < 3_000; i++) {
      given().add("m", T0 + i, 1, "customer_id", "c" + i % 50, "a", "1", "b", "2", "c", "3");
    }
    given().add("m", T0, 1, "customer_id", "z", "rare", "1").add("m", T0, 1, "other", "1");
    assertThat(given().ask("m").keys())
        .containsExactly("a", "b", "c", "customer_id", "other", "rare");
    assertThat(given().ask("m").where("customer_id", "c7").keys())
        .containsExactly("a", "b", "c", "customer_id");
  }

  @Test
  default void listDimensionValues_countsPointsDescending() {
    given().add("m", T0, 1, "k", "few").add("m", T0, 1, "k", "many").add("m", T0, 1, "k", "many");
    given().add("m", T0 - 1, 1, "k", "many", "l", "x").add("m", T0, 1).add("n", T0, 1, "k", "no");
    ValuesResult values = given().ask("m").values("k", "");
    assertThat(values.values()).containsExactly(value("many", 3), value("few", 1));
    assertThat(values.truncated()).isFalse();
  }

  @Test
  default void listDimensionValues_ties_ascendByValueInUtf8() {
    for (String v : new String[] {"\uD83D\uDE00", "b", "\uFF5E", "a", "é"}) {
      given().add("m", T0, 1, "k", v);
    }
    assertThat(given().ask("m").values("k", "").values())
        .containsExactly(
            value("a", 1),
            value("b", 1),
            value("é", 1),
            value("\uFF5E", 1),
            value("\uD83D\uDE00", 1));
  }

  @Test
  default void listDimensionValues_limit_saysTruncated() {
    given().add("m", T0, 1, "k", "a").add("m", T0, 1, "k", "b").add("m", T0, 2, "k", "b");
    ValuesResult one = given().ask("m").limit(1).values("k", "");
    assertThat(one.values()).containsExactly(value("b", 2));
    assertThat(one.truncated()).isTrue();
    assertThat(given().ask("m").limit(2).values("k", "").truncated()).isFalse();
  }

  @Test
  default void listDimensionValues_prefix() {
    given().add("m", T0, 1, "k", "cust_1").add("m", T0, 1, "k", "cust_12");
    given()
        .add("m", T0, 1, "k", "cus")
        .add("m", T0, 1, "k", "Cust_1")
        .add("m", T0, 1, "k", "xcust_1");
    assertThat(given().ask("m").values("k", "cust_1").values())
        .containsExactly(value("cust_1", 1), value("cust_12", 1));
    assertThat(given().ask("m").limit(1).values("k", "cust_12").truncated()).isFalse();
    assertThat(given().ask("m").values("k", "zzz").values()).isEmpty();
  }

  @Test
  default void listDimensionValues_filtered_countsOwnPointsOnly() {
    given().add("m", T0, 1, "customer", "1", "k", "a").add("m", T0, 1, "customer", "2", "k", "a");
    given().add("m", T0, 2, "customer", "2", "k", "a").add("m", T0, 1, "customer", "1", "k", "b");
    assertThat(given().ask("m").where("customer", "2").values("k", "").values())
        .containsExactly(value("a", 2));
    assertThat(given().ask("m").where("k", "b", "c").values("k", "").values())
        .containsExactly(value("b", 1));
  }

  @Test
  default void listDimensionValues_unknownMetricOrKey_isEmpty() {
    given().add("m", T0, 1, "k", "a");
    assertThat(given().ask("other").values("k", "").values()).isEmpty();
    assertThat(given().ask("m").values("other", "").values()).isEmpty();
  }
}

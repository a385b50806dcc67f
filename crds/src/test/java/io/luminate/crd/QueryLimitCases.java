// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import static io.luminate.crd.RuleCase.made;
import static io.luminate.crd.RuleCase.madeRefused;

import java.util.List;
import java.util.function.UnaryOperator;

/** Limits of queries mean the same in a cluster and in a quota. */
final class QueryLimitCases {
  private QueryLimitCases() {}

  static String inCluster(String limits) {
    return "{spec: {limits: {queryLimits: " + limits + "}}}";
  }

  static String inQuota(String limits) {
    return "{spec: {queryLimits: " + limits + "}}";
  }

  static List<RuleCase> of(String example, String path, UnaryOperator<String> place) {
    String none = "{maxQueryTimeout: null, defaultQueryTimeout: %s}";
    return List.of(
        made(
            example,
            place.apply(
                "{maxQueryTimeout: 90s, defaultQueryTimeout: 90000ms, maxQueryTimeRange: 1s}")),
        made(
            example,
            place.apply(
                "{maxQueryTimeout: 1h, defaultQueryTimeout: 1ms, maxQueryTimeRange: 36500d}")),
        made(example, place.apply(none.formatted("1h"))),
        madeRefused(
            example,
            place.apply("{maxQueryTimeout: 90s, defaultQueryTimeout: 2m}"),
            path + ".defaultQueryTimeout",
            "must not be longer than maxQueryTimeout"),
        madeRefused(
            example,
            place.apply("{maxQueryTimeout: 61m}"),
            path + ".maxQueryTimeout",
            "must be from 1ms to 1h"),
        madeRefused(
            example,
            place.apply(none.formatted("61m")),
            path + ".defaultQueryTimeout",
            "must be from 1ms to 1h"),
        madeRefused(
            example,
            place.apply("{maxQueryTimeout: 1d}"),
            path + ".maxQueryTimeout",
            "should match"),
        madeRefused(
            example,
            place.apply("{maxQueryTimeRange: 36501d}"),
            path + ".maxQueryTimeRange",
            "must be from 1s to 36500d"),
        madeRefused(
            example,
            place.apply("{maxQueryTimeRange: 999ms}"),
            path + ".maxQueryTimeRange",
            "must be from 1s to 36500d"),
        madeRefused(
            example,
            place.apply("{maxResultPoints: 1000001}"),
            path + ".maxResultPoints",
            "less than or equal to 1000000"));
  }
}

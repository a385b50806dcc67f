// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

import static io.luminate.crd.RuleCase.changeRefused;
import static io.luminate.crd.RuleCase.changed;
import static io.luminate.crd.RuleCase.made;
import static io.luminate.crd.RuleCase.madeRefused;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What a real API server takes for a quota, and what it refuses with which words. */
final class TenantQuotaRulesTest {
  private static final String ACME = "acme";

  private static final List<RuleCase> OWN =
      List.of(
          made(ACME, "{spec: {rateLimits: {metricsPerSecond: 0, concurrentQueries: 0}}}"),
          made(ACME, "{spec: {rateLimits: {metricsPerSecond: 1000000000}}}"),
          madeRefused(
              ACME,
              "{spec: {rateLimits: {metricsPerSecond: 1000000001}}}",
              "spec.rateLimits.metricsPerSecond",
              "less than or equal to 1000000000"),
          madeRefused(
              ACME,
              "{spec: {rateLimits: {concurrentQueries: -1}}}",
              "spec.rateLimits.concurrentQueries",
              "greater than or equal to 0"),
          madeRefused(
              ACME,
              "{spec: {cardinalityLimits: {overflow: drop}}}",
              "spec.cardinalityLimits.overflow",
              "Unsupported value"),
          made(ACME, "{spec: {rateLimits: null, cardinalityLimits: null, queryLimits: null}}"),
          made(ACME, "{spec: {tenantId: " + "a".repeat(128) + "}}"),
          madeRefused(ACME, "{spec: {tenantId: a/b}}", "spec.tenantId", "must be 1 to 128 letters"),
          madeRefused(
              ACME, "{spec: {tenantId: " + "a".repeat(129) + "}}", "spec.tenantId", "may not be"),
          madeRefused(ACME, "{spec: {tenantId: null}}", "spec.tenantId", "Required value"),
          madeRefused(ACME, "{spec: {clusterRef: null}}", "spec.clusterRef", "Required value"),
          changed(ACME, "{}", "{spec: {rateLimits: {metricsPerSecond: 5}}}"),
          changeRefused(
              ACME,
              "{}",
              "{spec: {tenantId: other}}",
              "spec.tenantId",
              "tenantId cannot be changed"),
          changeRefused(
              ACME,
              "{}",
              "{spec: {clusterRef: {name: other}}}",
              "spec.clusterRef",
              "clusterRef cannot be changed"));

  static final List<RuleCase> CASES =
      Stream.of(OWN, QueryLimitCases.of(ACME, "spec.queryLimits", QueryLimitCases::inQuota))
          .flatMap(List::stream)
          .toList();

  @TestFactory
  Stream<DynamicTest> apiServer_decides() {
    return RuleCase.tests(CASES);
  }
}

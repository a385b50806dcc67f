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

/** What a real API server takes for a retention, and what it refuses with which words. */
final class RetentionPolicyRulesTest {
  private static final String DEBUG = "debug";
  private static final String AUDIT = "acme-audit";

  static final List<RuleCase> CASES =
      List.of(
          made(DEBUG, "{spec: {retention: 1h}}"),
          made(DEBUG, "{spec: {retention: 36500d}}"),
          made(DEBUG, "{spec: {retention: 876000h}}"),
          made(DEBUG, "{spec: {retention: 5214w}}"),
          retentionRefused("36501d", "must be from 1h to 36500d"),
          retentionRefused("876001h", "must be from 1h to 36500d"),
          retentionRefused("5215w", "must be from 1h to 36500d"),
          retentionRefused("0d", "hours, days or weeks"),
          retentionRefused("07d", "should match"),
          retentionRefused("abc", "hours, days or weeks"),
          retentionRefused("30", "should match"),
          retentionRefused("90m", "should match"),
          retentionRefused("1d12h", "should match"),
          madeRefused(DEBUG, "{spec: {retention: null}}", "spec.retention", "Required value"),
          made(DEBUG, "{spec: {metricPattern: '*'}}"),
          made(DEBUG, "{spec: {metricPattern: 'a*b_*9'}}"),
          patternRefused("'api_?'", "the only wildcard"),
          patternRefused("'api_[a-z]'", "should match"),
          patternRefused("''", "at least 1 chars"),
          patternRefused("a".repeat(257), "may not be"),
          patternRefused("null", "Required value"),
          madeRefused(
              DEBUG,
              "{spec: {clusterRef: {name: a123456789-123456789-123456789-123456789b}}}",
              "spec.clusterRef.name",
              "may not be"),
          madeRefused(
              AUDIT, "{spec: {tenantId: 'a b'}}", "spec.tenantId", "must be 1 to 128 letters"),
          madeRefused(AUDIT, "{spec: {tenantId: ''}}", "spec.tenantId", "at least 1 chars"),
          changed(AUDIT, "{}", "{spec: {retention: 1d, metricPattern: other}}"),
          changed(DEBUG, "{}", "{spec: {retention: 1d, metricPattern: other}}"),
          tenantRefused(AUDIT, "other"),
          tenantRefused(AUDIT, "null"),
          tenantRefused(DEBUG, "acme"),
          changeRefused(
              DEBUG,
              "{}",
              "{spec: {clusterRef: {name: other}}}",
              "spec.clusterRef",
              "clusterRef cannot be changed"));

  @TestFactory
  Stream<DynamicTest> apiServer_decides() {
    return RuleCase.tests(CASES);
  }

  private static RuleCase retentionRefused(String retention, String message) {
    return madeRefused(
        DEBUG, "{spec: {retention: '" + retention + "'}}", "spec.retention", message);
  }

  private static RuleCase patternRefused(String pattern, String message) {
    return madeRefused(
        DEBUG, "{spec: {metricPattern: " + pattern + "}}", "spec.metricPattern", message);
  }

  private static RuleCase tenantRefused(String example, String tenant) {
    return changeRefused(
        example,
        "{}",
        "{spec: {tenantId: " + tenant + "}}",
        "spec.tenantId",
        "tenantId cannot be changed, set later or removed");
  }
}

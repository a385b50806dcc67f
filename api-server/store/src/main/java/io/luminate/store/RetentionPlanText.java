// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import io.luminate.model.MetricScope;
import io.luminate.model.RetentionHold;
import io.luminate.model.RetentionPolicies;
import io.luminate.model.RetentionPolicy;
import io.luminate.model.TenantId;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A plan as a store keeps it, in lines of fields between spaces. Durations and instants are
 * milliseconds, {@code *} stands for every tenant, names and patterns are URL-encoded.
 *
 * <pre>
 * retention 1                                    the format's version
 * document VERSION true|false                    whether it is the only source
 * default RETENTION
 * policy RETENTION TENANT PATTERN NAME           in any number
 * hold RETENTION BYTES_UNTIL TENANT PATTERN      in any number
 * </pre>
 */
public final class RetentionPlanText {
  private static final String HEADER = "retention 1";
  private static final String EVERYONE = "*";

  private RetentionPlanText() {}

  public static String write(RetentionPlan plan) {
    Stream<String> head =
        Stream.of(
            HEADER,
            "document " + plan.documentVersion() + " " + plan.ruled(),
            "default " + plan.policies().defaultRetention().toMillis());
    Stream<String> policies =
        plan.policies().policies().stream()
            .map(
                p ->
                    String.join(
                        " ",
                        "policy",
                        String.valueOf(p.retention().toMillis()),
                        scope(p.scope()),
                        encoded(p.name())));
    Stream<String> holds =
        plan.holds().stream()
            .map(
                h ->
                    String.join(
                        " ",
                        "hold",
                        String.valueOf(h.retention().toMillis()),
                        String.valueOf(h.bytesUntil().toEpochMilli()),
                        scope(h.scope())));
    return String.join("\n", Stream.of(head, policies, holds).flatMap(s -> s).toList());
  }

  private static String scope(MetricScope scope) {
    return scope.tenant().map(TenantId::value).orElse(EVERYONE)
        + " "
        + encoded(scope.metricPattern());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /**
   * The plan that was written.
   *
   * @throws IllegalStateException for anything that {@link #write} does not write
   */
  public static RetentionPlan read(String text) {
    List<String> lines = text.lines().toList();
    if (lines.size() < 3 || !lines.getFirst().equals(HEADER)) {
      throw new IllegalStateException("the retention plan does not begin with " + HEADER);
    }
    String[] document = fields(lines.get(1), "document", 3);
    String[] fallback = fields(lines.get(2), "default", 2);
    List<RetentionPolicy> policies = new ArrayList<>();
    List<RetentionHold> holds = new ArrayList<>();
    for (String line : lines.subList(3, lines.size())) {
      if (line.startsWith("policy ")) {
        policies.add(policy(fields(line, "policy", 5)));
      } else {
        holds.add(hold(fields(line, "hold", 5)));
      }
    }
    return new RetentionPlan(
        Long.parseLong(document[1]),
        Boolean.parseBoolean(document[2]),
        new RetentionPolicies(millis(fallback[1]), policies),
        holds);
  }

  private static String[] fields(String line, String kind, int count) {
    String[] fields = line.split(" ", -1);
    if (fields.length != count || !fields[0].equals(kind)) {
      throw new IllegalStateException("the retention plan has an unknown line: " + line);
    }
    return fields;
  }

  private static RetentionPolicy policy(String[] fields) {
    MetricScope scope = scope(fields[2], fields[3]);
    return new RetentionPolicy(
        decoded(fields[4]), scope.tenant(), scope.metricPattern(), millis(fields[1]));
  }

  private static RetentionHold hold(String[] fields) {
    Instant until = Instant.ofEpochMilli(Long.parseLong(fields[2]));
    return new RetentionHold(scope(fields[3], fields[4]), millis(fields[1]), until);
  }

  private static MetricScope scope(String tenant, String pattern) {
    return new MetricScope(
        tenant.equals(EVERYONE) ? Optional.empty() : Optional.of(new TenantId(tenant)),
        decoded(pattern));
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static Duration millis(String text) {
    return Duration.ofMillis(Long.parseLong(text));
  }
}

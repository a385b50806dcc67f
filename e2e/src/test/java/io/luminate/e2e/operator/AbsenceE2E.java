// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A policy that is pruned, and an operator that is away: points do not go because of either. One
 * after the other, as all of it is about one operator.
 */
@OnKubernetes
@Order(OnKubernetes.LONGEST)
@Execution(ExecutionMode.SAME_THREAD)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AbsenceE2E {
  private static final Duration GRACE = Duration.ofHours(24);

  private InstalledOperator operator;
  private Cluster cluster;

  @BeforeAll
  void install(TestNamespace namespace) throws Exception {
    operator = InstalledOperator.in(namespace);
    cluster = new Cluster(namespace, "main");
    Cluster.createSecret(namespace);
    cluster.apply(Texts.policy("debug", "main", "debug_*", "7d"));
    cluster.readyWithNothingHeld("retention: {default: 1d}");
  }

  @Test
  void policy_pruned_isClippedAtOnce_andItsBytesStay(TestNamespace namespace) throws Exception {
    MetricsClient tenant = cluster.service("without-quota");
    Instant twoDaysAgo = Instant.now().minus(Duration.ofDays(2));
    tenant.write("debug_pruned", twoDaysAgo, 1);
    tenant.write("plain_pruned", twoDaysAgo, 1);
    assertThat(tenant.sees("debug_pruned", 72)).isTrue();

    Instant pruned = Instant.now();
    namespace.client().resource(cluster.policy("debug")).delete();
    cluster.soon(
        () -> !tenant.sees("debug_pruned", 72),
        "queries are clipped",
        () -> LimitsDocument.of(namespace, "main").text());
    LimitsDocument document = LimitsDocument.of(namespace, "main");
    assertThat(document.policies()).isEmpty();
    assertHeld(document, "debug_*", pruned);

    cluster.cleanUp("pruned");
    cluster.apply(Texts.policy("debug", "main", "debug_*", "7d"));
    cluster.soon(
        () -> tenant.sees("debug_pruned", 72),
        "points are seen again",
        () -> LimitsDocument.of(namespace, "main").text());
    assertFreed(tenant, "plain_pruned");
  }

  /** What no policy was for is gone, so there was something to free. */
  private void assertFreed(MetricsClient tenant, String metric) throws Exception {
    cluster.apply(Texts.policy("late", "main", metric, "7d"));
    cluster.awaitAppliedPolicy("late");
    assertThat(tenant.sees(metric, 72)).isFalse();
  }

  @Test
  void operator_away_whileAllChanges_takesItUp(TestNamespace namespace) throws Exception {
    cluster.apply(Texts.quota("main", 1));
    cluster.apply(Texts.policy("trace", "main", "trace_*", "7d"));
    cluster.awaitApplied("acme");
    Cluster gone = new Cluster(namespace, "gone");
    gone.apply(withoutSecret("gone"));
    gone.soon(() -> has(namespace, "gone"), "its objects are there", () -> "nothing");

    operator.scale(0);
    cluster.apply(Texts.quota("main", 2));
    namespace.client().resource(cluster.policy("trace")).delete();
    namespace.client().resource(gone.resource()).delete();
    set(namespace).scale(0);
    Cluster late = new Cluster(namespace, "late");
    late.apply(Texts.rocksDb("late"));
    cluster.inTheEnd(() -> !has(namespace, "gone"), "its objects went with it", () -> "a Service");
    LimitsDocument before = LimitsDocument.of(namespace, "main");
    assertThat(before.policies()).contains("trace");

    Instant back = Instant.now();
    operator.scale(1);
    cluster.soon(
        () -> LimitsDocument.of(namespace, "main").version() > before.version(),
        "a document without the policy",
        () -> LimitsDocument.of(namespace, "main").text());
    LimitsDocument document = LimitsDocument.of(namespace, "main");
    assertThat(document.policies()).doesNotContain("trace");
    assertHeld(document, "trace_*", back);
    cluster.awaitReady(1);
    cluster.awaitApplied("acme");
    assertThat(cluster.service("acme").count("any", 2).statusCode()).isEqualTo(200);
    assertThat(cluster.service("acme").count("any", 3).statusCode()).isEqualTo(400);
    late.awaitReady(1);
    assertThat(has(namespace, "gone")).isFalse();
  }

  /** From when it was found to be missing, for all of the grace. */
  private static void assertHeld(LimitsDocument document, String pattern, Instant since) {
    LimitsDocument.Hold hold = document.held(pattern).orElseThrow();
    assertThat(hold.retention()).isEqualTo("7d");
    assertThat(hold.bytesUntil()).isBetween(since.plus(GRACE), Instant.now().plus(GRACE));
  }

  /** Its Secret is never there, so all but its pod is made. */
  private static String withoutSecret(String name) {
    return Texts.rocksDb(name).replace("luminate-secrets", "no-secrets");
  }

  private static boolean has(TestNamespace namespace, String service) {
    return namespace.client().services().inNamespace(namespace.name()).withName(service).get()
        != null;
  }

  private static RollableScalableResource<StatefulSet> set(TestNamespace namespace) {
    return namespace.client().apps().statefulSets().inNamespace(namespace.name()).withName("main");
  }
}

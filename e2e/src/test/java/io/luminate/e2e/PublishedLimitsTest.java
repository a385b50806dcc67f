// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.luminate.crd.LuminateCluster;
import io.luminate.crd.LuminateClusterSpec;
import io.luminate.crd.RetentionPolicy;
import io.luminate.crd.RetentionPolicySpec;
import io.luminate.crd.TenantQuota;
import io.luminate.crd.TenantQuotaSpec;
import io.luminate.model.RetentionPolicies;
import io.luminate.model.RetentionRules;
import io.luminate.model.TenantId;
import io.luminate.operator.document.DocumentSources;
import io.luminate.operator.document.NextDocument;
import io.luminate.operator.document.PodAnswer;
import io.luminate.operator.document.PublishedDocument;
import io.luminate.operator.document.Verdict;
import io.luminate.server.config.TenantLimit;
import io.luminate.server.limits.document.DocumentFault;
import io.luminate.server.limits.document.DocumentReader;
import io.luminate.server.limits.document.DocumentRetention;
import io.luminate.server.limits.document.LimitsDocument;
import io.luminate.store.RetentionPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the operator publishes, servers take, and mean the same by it. Only here both are seen. */
final class PublishedLimitsTest {
  private static final Instant START = Instant.parse("2026-03-11T12:00:00Z");
  private static final List<String> TENANTS = List.of("acme", "globex", "zeta");
  private static final List<String> METRICS = List.of("x", "y", "xy", "xxy", "yx", "xyx", "z");
  private static final List<String> PATTERNS =
      List.of("x", "xy", "x*", "*y", "*", "x*y", "x*y*", "**", "x*x", "z");

  private static LuminateCluster cluster(String spec) {
    LuminateCluster cluster = named(new LuminateCluster(), "main", 0);
    cluster.setSpec(Serialization.unmarshal(spec, LuminateClusterSpec.class));
    return cluster;
  }

  private static RetentionPolicy policy(
      String name, Optional<String> tenant, String pattern, int days) {
    RetentionPolicy policy = named(new RetentionPolicy(), name, 0);
    String owner = tenant.map(id -> "tenantId: " + id).orElse("");
    policy.setSpec(
        Serialization.unmarshal(
            "clusterRef: {name: main}\nmetricPattern: \"%s\"\nretention: %dd\n%s"
                .formatted(pattern, days, owner),
            RetentionPolicySpec.class));
    return policy;
  }

  private static TenantQuota quota(String name, int second, String tenant, String more) {
    TenantQuota quota = named(new TenantQuota(), name, second);
    quota.setSpec(
        Serialization.unmarshal(
            "clusterRef: {name: main}\ntenantId: %s\n%s".formatted(tenant, more),
            TenantQuotaSpec.class));
    return quota;
  }

  private static <T extends HasMetadata> T named(T resource, String name, int second) {
    resource.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace("metrics")
            .withName(name)
            .withCreationTimestamp("2026-03-01T12:00:%02dZ".formatted(second))
            .build());
    return resource;
  }

  /** As a server reads what is pushed to it, and as it reads the mounted file. */
  private static LimitsDocument readByTheServer(PublishedDocument document) throws DocumentFault {
    LimitsDocument read = DocumentReader.readVersioned(document.gzip());
    assertThat(read.ignored()).isEmpty();
    assertThat(read.version()).hasValue(document.version());
    assertThat(read.sha256()).isEqualTo(document.sha256());
    return read;
  }

  @Test
  void document_everyLimit_isThatOfTheResources() throws DocumentFault {
    String limits =
        """
        rateLimits: {writeRequestsPerSecond: 1, queryRequestsPerSecond: 2, metricsPerSecond: 0, concurrentQueries: 4}
        cardinalityLimits: {maxUniqueSeriesPerMetric: 5, maxMetricsPerTenant: 6, overflow: fold}
        queryLimits: {maxQueryTimeout: 7s, defaultQueryTimeout: 6s, maxQueryTimeRange: 8d, maxResultPoints: 9, maxGroupByCardinality: 10}
        """;
    NextDocument next =
        NextDocument.of(
            new DocumentSources(
                cluster("backend: clickhouse\nlimits:\n  " + limits.strip().replace("\n", "\n  ")),
                List.of(
                    quota("a", 1, "acme", limits),
                    quota("b", 0, "globex", "rateLimits: {metricsPerSecond: 11}")),
                List.of(),
                Optional.empty(),
                List.of(new PodAnswer(41, "")),
                START));
    LimitsDocument read = readByTheServer(next.document());
    assertThat(read.version()).hasValue(42);
    assertThat(read.tenants()).containsOnlyKeys(new TenantId("acme"), new TenantId("globex"));
    for (TenantLimit limit : TenantLimit.values()) {
      assertThat(read.defaults().get(limit)).as(limit.field()).isPresent();
      assertThat(read.tenants().get(new TenantId("acme")).get(limit))
          .as(limit.field())
          .isEqualTo(read.defaults().get(limit));
      assertThat(read.tenants().get(new TenantId("globex")).get(limit).isPresent())
          .isEqualTo(limit.field().equals("metricsPerSecond"));
    }
  }

  @Test
  void document_mostTenants_areTakenAsTheyFit() throws DocumentFault {
    List<TenantQuota> quotas = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      quotas.add(
          quota("q" + i, i % 60, "tenant-" + i, "rateLimits: {metricsPerSecond: " + i + "}"));
    }
    NextDocument next =
        NextDocument.of(
            new DocumentSources(
                cluster("backend: clickhouse"),
                quotas,
                List.of(),
                Optional.empty(),
                List.of(),
                START));
    assertThat(readByTheServer(next.document()).tenants()).hasSize(20_000);
    assertThat(next.quotas().values()).allMatch(Verdict::isAccepted);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void histories_random_areReadAndMeantAlike(long seed) throws DocumentFault {
    SplittableRandom random = new SplittableRandom(seed);
    for (int history = 0; history < 40; history++) {
      new History(seed, random.split()).run();
    }
  }

  /** A cluster's policies and quotas as they change, and a server that follows each document. */
  private static final class History {
    private final long seed;
    private final SplittableRandom random;
    private final Map<String, RetentionPolicy> policies = new HashMap<>();
    private final Map<String, TenantQuota> quotas = new HashMap<>();
    private final Map<String, Duration> had = new HashMap<>();
    private Optional<PublishedDocument> last = Optional.empty();
    private Instant now = START;

    History(long seed, SplittableRandom random) {
      this.seed = seed;
      this.random = random;
    }

    void run() throws DocumentFault {
      for (int step = 0; step < 12; step++) {
        change();
        int days = 1 + random.nextInt(9);
        LuminateCluster cluster =
            cluster("backend: clickhouse\nretention: {default: %dd}".formatted(days));
        NextDocument next = NextDocument.of(sources(cluster));
        check(readByTheServer(next.document()), Duration.ofDays(days));
        last = Optional.of(next.document());
        now = now.plus(Duration.ofHours(random.nextInt(12)));
      }
    }

    private DocumentSources sources(LuminateCluster cluster) {
      return new DocumentSources(
          cluster,
          List.copyOf(quotas.values()),
          List.copyOf(policies.values()),
          last,
          List.of(),
          now);
    }

    private void change() {
      String name = "n" + random.nextInt(6);
      if (random.nextInt(3) == 0) {
        policies.remove(name);
        quotas.remove(name);
        return;
      }
      Optional<String> tenant = Optional.of(TENANTS.get(random.nextInt(2)));
      String pattern = PATTERNS.get(random.nextInt(PATTERNS.size()));
      policies.put(
          name,
          policy(name, tenant.filter(t -> random.nextBoolean()), pattern, 1 + random.nextInt(9)));
      quotas.put(name, quota(name, random.nextInt(3), tenant.get(), "rateLimits: {}"));
    }

    private void check(LimitsDocument read, Duration fallback) {
      DocumentRetention retention = read.retention().orElseThrow();
      RetentionPolicies rules =
          new RetentionPolicies(retention.fallback().orElseThrow(), retention.policies());
      RetentionPlan plan =
          RetentionPlan.first(RetentionRules.ofDocument(rules, 1, retention.held()));
      for (String tenant : TENANTS) {
        for (String metric : METRICS) {
          Duration visible = rules.retentionOf(new TenantId(tenant), metric);
          String where = "seed %d: %s of %s by %s".formatted(seed, metric, tenant, retention);
          assertThat(visible).as(where).isEqualTo(reference(tenant, metric, fallback));
          Duration bytes = plan.bytesOf(new TenantId(tenant), metric, visible, now);
          // What was seen until this change stays for the grace, which is 24 h here.
          Duration before = had.getOrDefault(tenant + metric, visible);
          assertThat(bytes).as(where).isGreaterThanOrEqualTo(before);
          had.put(tenant + metric, visible);
        }
      }
    }

    private Duration reference(String tenant, String metric, Duration fallback) {
      return policies.values().stream()
          .filter(policy -> fits(policy.getSpec(), tenant, metric))
          .min((one, other) -> rank(one).compareTo(rank(other)))
          .map(policy -> days(policy.getSpec()))
          .orElse(fallback);
    }

    private static boolean fits(RetentionPolicySpec spec, String tenant, String metric) {
      return (spec.tenantId() == null || spec.tenantId().equals(tenant))
          && Pattern.matches(spec.metricPattern().replace("*", ".*"), metric);
    }

    private static Duration days(RetentionPolicySpec spec) {
      return Duration.ofDays(Long.parseLong(spec.retention().replace("d", "")));
    }

    /** One field for each rule of precedence, the lower the earlier. */
    private static String rank(RetentionPolicy policy) {
      String pattern = policy.getSpec().metricPattern();
      return "%d %d %03d %03d %03d %s"
          .formatted(
              policy.getSpec().tenantId() == null ? 1 : 0,
              pattern.contains("*") ? 1 : 0,
              999 - (pattern + "*").indexOf('*'),
              999 - pattern.replace("*", "").length(),
              999 - days(policy.getSpec()).toDays(),
              policy.getMetadata().getName());
    }
  }
}

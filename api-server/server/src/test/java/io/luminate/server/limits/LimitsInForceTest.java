// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.luminate.model.TenantId;
import io.luminate.server.config.CardinalityLimits;
import io.luminate.server.config.CardinalityLimits.Overflow;
import io.luminate.server.config.QueryLimits;
import io.luminate.server.config.RateLimits;
import io.luminate.server.config.TenantLimit;
import io.luminate.server.limits.document.DocumentReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class LimitsInForceTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final TenantId GLOBEX = new TenantId("globex");
  private static final Origin FILE = new Origin(Origin.Way.FILE, "/etc/limits");
  private static final Origin PUSH = new Origin(Origin.Way.PUSH, "10.0.0.1");

  static final TenantLimits CONFIGURED =
      new TenantLimits(
          new RateLimits(100, 50, 10_000, 10),
          new CardinalityLimits(20, 128, 256, 1_000_000, 1_000, Overflow.REJECT),
          new QueryLimits(
              Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofDays(90), 10_000, 1_000));

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.ofEpochSecond(100));
  private final LimitsInForce limits = new LimitsInForce(CONFIGURED, now::get);

  private Verdict offer(Origin origin, String json) throws Exception {
    now.updateAndGet(before -> before.plusSeconds(1));
    return limits.offer(DocumentReader.read(json.getBytes(StandardCharsets.UTF_8)), origin);
  }

  /** Limits tell documents apart. */
  private static String document(String version, int writes) {
    return "{%s\"defaults\":{\"rateLimits\":{\"writeRequestsPerSecond\":%d}}}"
        .formatted(version.isEmpty() ? "" : "\"version\":" + version + ",", writes);
  }

  private long writes() {
    return limits.of(ACME).rates().writeRequestsPerSecond();
  }

  @Test
  void without_document_theConfigurationCounts() {
    assertThat(limits.of(ACME)).isEqualTo(CONFIGURED);
    assertThat(limits.state().received()).isEmpty();
    assertThat(limits.state().since()).isEqualTo(Instant.ofEpochSecond(100));
    assertThat(limits.replicas()).isEqualTo(1);
  }

  @Test
  void of_absentFields_comeFromTheDefaults_andThenFromTheConfiguration() throws Exception {
    offer(
        FILE,
        """
        {"defaults": {"rateLimits": {"writeRequestsPerSecond": 7, "queryRequestsPerSecond": 8}},
         "tenants": {"acme": {"rateLimits": {"writeRequestsPerSecond": 0},
                              "cardinalityLimits": {"maxMetricsPerTenant": 3}}}}
        """);
    assertThat(limits.of(ACME).rates()).isEqualTo(new RateLimits(0, 8, 10_000, 10));
    assertThat(limits.of(ACME).cardinality())
        .isEqualTo(new CardinalityLimits(20, 128, 256, 1_000_000, 3, Overflow.REJECT));
    assertThat(limits.of(GLOBEX).rates()).isEqualTo(new RateLimits(7, 8, 10_000, 10));
    assertThat(limits.of(GLOBEX).queries()).isEqualTo(CONFIGURED.queries());
  }

  @Test
  void of_usualTimeout_givesWayToAShorterMaximum() throws Exception {
    offer(
        FILE,
        """
        {"tenants": {"acme": {"queryLimits": {"maxQueryTimeout": "5s"}},
                     "globex": {"queryLimits": {"maxQueryTimeout": "1h"}}}}
        """);
    assertThat(limits.of(ACME).queries().defaultQueryTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(limits.of(GLOBEX).queries().defaultQueryTimeout()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void of_everyLimit_canBeATenantsOwn() throws Exception {
    for (TenantLimit limit : TenantLimit.values()) {
      String value = limit.isNumber() ? "3" : limit.isDuration() ? "\"1s\"" : "\"fold\"";
      String json =
          "{\"tenants\":{\"acme\":{\"%s\":{\"%s\":%s}}}}"
              .formatted(limit.section(), limit.field(), value);
      offer(FILE, json);
      assertThat(limits.of(ACME).value(limit))
          .as(limit.field())
          .isEqualTo(limit.isNumber() ? 3 : limit.isDuration() ? 1_000 : Overflow.FOLD.ordinal());
      assertThat(limits.of(GLOBEX)).isEqualTo(CONFIGURED);
    }
  }

  @Test
  void offer_higherVersion_wins_whicheverWayItCame() throws Exception {
    assertThat(offer(FILE, document("3", 3))).isEqualTo(Verdict.TAKEN);
    assertThat(offer(PUSH, document("5", 5))).isEqualTo(Verdict.TAKEN);
    assertThat(limits.state().since()).isEqualTo(Instant.ofEpochSecond(102));
    assertThat(offer(FILE, document("4", 4))).isEqualTo(Verdict.OUTDATED);
    assertThat(offer(PUSH, document("4", 4))).isEqualTo(Verdict.OUTDATED);
    assertThat(writes()).isEqualTo(5);
    assertThat(limits.state().version()).hasValue(5);
    assertThat(limits.state().since()).isEqualTo(Instant.ofEpochSecond(102));
    assertThat(limits.refusal()).isEmpty();
    assertThat(offer(FILE, document("6", 6))).isEqualTo(Verdict.TAKEN);
    assertThat(writes()).isEqualTo(6);
  }

  @Test
  void offer_sameVersion_isTheSameOrRefused() throws Exception {
    offer(FILE, document("3", 3));
    assertThat(offer(PUSH, document("3", 3))).isEqualTo(Verdict.SAME);
    assertThat(limits.state().received().orElseThrow().origin()).isEqualTo(FILE);
    assertThat(offer(PUSH, document("3", 4))).isEqualTo(Verdict.CONTRADICTED);
    assertThat(writes()).isEqualTo(3);
    assertThat(limits.refusal().orElseThrow().origin()).isEqualTo(PUSH);
    assertThat(limits.refusal().orElseThrow().at()).isEqualTo(Instant.ofEpochSecond(103));
    assertThat(limits.refused(Origin.Way.PUSH)).isEqualTo(1);
    assertThat(limits.refused(Origin.Way.FILE)).isZero();
  }

  @Test
  void offer_withoutVersion_countsUntilAVersionIsThere() throws Exception {
    assertThat(offer(FILE, document("", 1))).isEqualTo(Verdict.TAKEN);
    assertThat(offer(FILE, document("", 1))).isEqualTo(Verdict.SAME);
    assertThat(offer(FILE, document("", 2))).isEqualTo(Verdict.TAKEN);
    assertThat(writes()).isEqualTo(2);
    assertThat(offer(PUSH, document("1", 3))).isEqualTo(Verdict.TAKEN);
    assertThat(offer(FILE, document("", 4))).isEqualTo(Verdict.OUTDATED);
    assertThat(writes()).isEqualTo(3);
  }

  @Test
  void offer_sharing_highestSequenceWins() {
    limits.assume(4);
    assertThat(limits.replicas()).isEqualTo(4);
    assertThat(limits.offer(new Sharing(5, 2))).isEqualTo(Verdict.TAKEN);
    assertThat(limits.offer(new Sharing(4, 3))).isEqualTo(Verdict.OUTDATED);
    assertThat(limits.offer(new Sharing(5, 3))).isEqualTo(Verdict.CONTRADICTED);
    assertThat(limits.offer(new Sharing(5, 2))).isEqualTo(Verdict.SAME);
    limits.assume(7);
    assertThat(limits.replicas()).isEqualTo(2);
    assertThat(limits.offer(new Sharing(6, 1))).isEqualTo(Verdict.TAKEN);
    assertThat(limits.replicas()).isEqualTo(1);
  }

  @Test
  void log_namesVersionsAndFaults() throws Exception {
    Logger log = (Logger) LoggerFactory.getLogger(LimitsInForce.class);
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    log.addAppender(logged);
    log.setLevel(Level.INFO);
    try {
      offer(PUSH, document("7", 7));
      limits.refused(PUSH, "version is missing");
    } finally {
      log.detachAppender(logged);
      log.setLevel(null);
    }
    assertThat(logged.list)
        .extracting(ILoggingEvent::getLevel, ILoggingEvent::getFormattedMessage)
        .containsExactly(
            tuple(Level.INFO, "limits document in force: version 7 from 10.0.0.1, 0 tenants"),
            tuple(Level.WARN, "the limits document from 10.0.0.1 is refused: version is missing"));
  }
}

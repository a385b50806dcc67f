// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits;

import io.luminate.model.TenantId;
import io.luminate.server.limits.document.LimitsDocument;
import io.luminate.server.limits.document.Overrides;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The limits that count at this moment: those of a document over those of the configuration. Of two
 * documents the higher version counts, whichever way they came.
 *
 * <p>Concurrency: read without locks, a document at a time; changed under this object's lock.
 */
public final class LimitsInForce {
  private static final Logger LOG = LoggerFactory.getLogger(LimitsInForce.class);

  /** A document with where it came from. */
  public record Received(LimitsDocument document, Origin origin) {}

  /** A document that was refused, the last one. */
  public record Refusal(Origin origin, Instant at, String message) {}

  /**
   * All that counts together.
   *
   * @param received empty: the configuration alone counts
   * @param since when that began
   * @param others limits of tenants that have none of their own
   */
  public record State(
      Optional<Received> received,
      Instant since,
      TenantLimits others,
      Map<TenantId, TenantLimits> tenants) {
    public OptionalLong version() {
      return received.map(one -> one.document().version()).orElse(OptionalLong.empty());
    }
  }

  private final TenantLimits configured;
  private final InstantSource clock;
  private final AtomicLong refusedFiles = new AtomicLong();
  private final AtomicLong refusedPushes = new AtomicLong();
  private volatile State state;
  private volatile Sharing sharing = Sharing.unknown(1);
  private volatile Optional<Refusal> refusal = Optional.empty();
  private volatile boolean fileGood = true;
  private volatile Runnable listener = () -> {};

  public LimitsInForce(TenantLimits configured, InstantSource clock) {
    this.configured = configured;
    this.clock = clock;
    this.state = new State(Optional.empty(), clock.instant(), configured, Map.of());
  }

  public TenantLimits of(TenantId tenant) {
    State now = state;
    return now.tenants.getOrDefault(tenant, now.others);
  }

  public int replicas() {
    return sharing.replicas();
  }

  public State state() {
    return state;
  }

  public Sharing sharing() {
    return sharing;
  }

  public Optional<Refusal> refusal() {
    return refusal;
  }

  /** How many documents that came this way were refused. */
  public long refused(Origin.Way way) {
    return counter(way).get();
  }

  /** Whether the file, if there is one, has a document that can be read. */
  public boolean isFileGood() {
    return fileGood;
  }

  /** Has this run whenever another document counts, from now on; one listener alone. */
  void listen(Runnable taken) {
    listener = taken;
  }

  void fileGood(boolean good) {
    fileGood = good;
  }

  /** Takes a document that is later than the one that counts. */
  public synchronized Verdict offer(LimitsDocument document, Origin origin) {
    Verdict verdict = verdict(document);
    switch (verdict) {
      case TAKEN -> take(document, origin);
      case SAME -> LOG.debug("the limits document from {} is in force already", origin.where());
      case OUTDATED -> logOutdated(document, origin);
      case CONTRADICTED -> {
        String message =
            "another document of version " + state.version().orElse(0) + " is in force";
        refused(origin, message);
      }
    }
    return verdict;
  }

  /** A mounted file is often behind; but who edits one without a version waits for its effect. */
  private void logOutdated(LimitsDocument document, Origin origin) {
    LOG.atLevel(document.version().isPresent() ? Level.INFO : Level.WARN)
        .log(
            "the limits document from {} has {}; that in force has version {} and stays",
            origin.where(),
            document.versionText(),
            state.version().orElse(0));
  }

  private Verdict verdict(LimitsDocument offered) {
    if (state.received().isEmpty()) {
      return Verdict.TAKEN;
    }
    LimitsDocument current = state.received().get().document();
    boolean same = offered.sha256().equals(current.sha256());
    if (current.version().isEmpty()) {
      return same ? Verdict.SAME : Verdict.TAKEN;
    }
    long version = current.version().getAsLong();
    long other = offered.version().orElse(0);
    if (other != version) {
      return other > version ? Verdict.TAKEN : Verdict.OUTDATED;
    }
    return same ? Verdict.SAME : Verdict.CONTRADICTED;
  }

  private void take(LimitsDocument document, Origin origin) {
    Map<Overrides, TenantLimits> resolved = new HashMap<>();
    Map<TenantId, TenantLimits> tenants = HashMap.newHashMap(document.tenants().size());
    document
        .tenants()
        .forEach(
            (tenant, overrides) ->
                tenants.put(
                    tenant,
                    resolved.computeIfAbsent(
                        overrides, own -> configured.with(document.defaults(), own))));
    state =
        new State(
            Optional.of(new Received(document, origin)),
            clock.instant(),
            configured.with(document.defaults(), Overrides.NONE),
            Collections.unmodifiableMap(tenants));
    LOG.info(
        "limits document in force: {} from {}, {} tenants",
        document.versionText(),
        origin.where(),
        tenants.size());
    if (!document.ignored().isEmpty()) {
      LOG.warn("the limits document has fields that are not known: {}", document.ignored());
    }
    listener.run();
  }

  /** Keeps what counts, and remembers what was wrong. */
  public void refused(Origin origin, String message) {
    refusal = Optional.of(new Refusal(origin, clock.instant(), message));
    counter(origin.way()).incrementAndGet();
    LOG.warn("the limits document from {} is refused: {}", origin.where(), message);
  }

  private AtomicLong counter(Origin.Way way) {
    return switch (way) {
      case FILE -> refusedFiles;
      case PUSH -> refusedPushes;
    };
  }

  /** Takes a number of processes that is later than the one that counts. */
  public synchronized Verdict offer(Sharing offered) {
    if (offered.sequence() != sharing.sequence()) {
      if (offered.sequence() < sharing.sequence()) {
        return Verdict.OUTDATED;
      }
      LOG.info("{} processes share the load (sequence {})", offered.replicas(), offered.sequence());
      sharing = offered;
      return Verdict.TAKEN;
    }
    return offered.replicas() == sharing.replicas() ? Verdict.SAME : Verdict.CONTRADICTED;
  }

  /** What counts until somebody counts. */
  synchronized void assume(int replicas) {
    if (!sharing.isCounted()) {
      sharing = Sharing.unknown(replicas);
    }
  }
}

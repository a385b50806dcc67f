// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.server.http.json.LimitsReply;
import io.luminate.server.http.json.ReplicasChange;
import io.luminate.server.http.json.ReplyJson;
import io.luminate.server.http.json.RetentionReply;
import io.luminate.server.http.json.StorageReply;
import io.luminate.server.http.reply.ApiException;
import io.luminate.server.limits.LimitsInForce;
import io.luminate.server.limits.Origin;
import io.luminate.server.limits.Sharing;
import io.luminate.server.limits.Verdict;
import io.luminate.server.limits.document.DocumentFault;
import io.luminate.server.limits.document.DocumentReader;
import io.luminate.server.limits.document.LimitsDocument;
import io.luminate.store.MetricsStore;
import io.luminate.store.RetentionReport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the internal port can do. */
final class InternalCalls {
  private static final Logger LOG = LoggerFactory.getLogger(InternalCalls.class);

  private final LimitsInForce limits;
  private final UsageView usage;
  private final MetricsStore store;

  /** One document at a time: each may take its size several times over while it is read. */
  private final Object reading = new Object();

  InternalCalls(LimitsInForce limits, UsageView usage, MetricsStore store) {
    this.limits = limits;
    this.usage = usage;
    this.store = store;
  }

  ReplyJson.Body status(boolean whole) {
    return LimitsReply.status(limits, StorageReply.health(store), whole);
  }

  ReplyJson.Body push(String from, byte[] bytes) {
    Origin origin = new Origin(Origin.Way.PUSH, from);
    synchronized (reading) {
      LimitsDocument document = document(origin, bytes);
      Verdict verdict = limits.offer(document, origin);
      return switch (verdict) {
        case TAKEN -> LimitsReply.taken(document, true);
        case SAME -> LimitsReply.taken(document, false);
        case OUTDATED, CONTRADICTED ->
            throw conflict(
                "version",
                limits.state().version().orElse(0),
                document.version().orElse(0),
                verdict);
      };
    }
  }

  private LimitsDocument document(Origin origin, byte[] bytes) {
    try {
      return DocumentReader.readVersioned(bytes);
    } catch (DocumentFault fault) {
      limits.refused(origin, fault.message());
      throw fault.isTooLarge()
          ? new ApiException(413, "BATCH_TOO_LARGE", fault.message(), fault.details())
          : new ApiException(400, "INVALID_LIMITS", fault.message(), fault.details());
    }
  }

  /** Of a document that nobody read, as it was too large. */
  void refused(String from, ApiException why) {
    if (why.error().status() == 413) {
      limits.refused(new Origin(Origin.Way.PUSH, from), why.error().message());
    }
  }

  ReplyJson.Body count(byte[] bytes) {
    Sharing offered = sharing(bytes);
    Verdict verdict = limits.offer(offered);
    return switch (verdict) {
      case TAKEN, SAME -> LimitsReply.sharing(offered);
      case OUTDATED, CONTRADICTED ->
          throw conflict("sequence", limits.sharing().sequence(), offered.sequence(), verdict);
    };
  }

  private static Sharing sharing(byte[] bytes) {
    try {
      return ReplicasChange.read(new ByteArrayInputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ApiException conflict(String what, long current, long received, Verdict verdict) {
    String message =
        verdict == Verdict.CONTRADICTED
            ? "%s %d says something else already".formatted(what, current)
            : "%s %d counts, which is later than %d".formatted(what, current, received);
    return new ApiException(
        409, "VERSION_CONFLICT", message, Map.of(what, current, "received", received));
  }

  ReplyJson.Body retention() {
    return RetentionReply.status(store.retentionStatus());
  }

  /** Frees now what would be freed in the next run. */
  ReplyJson.Body cleanUp() {
    RetentionReport report = store.enforceRetention();
    LOG.info("retention: {}", report);
    return RetentionReply.report(report);
  }

  /** May wait for the store. */
  ReplyJson.Body usage(UsagePage page) {
    return usage.of(page, true);
  }
}

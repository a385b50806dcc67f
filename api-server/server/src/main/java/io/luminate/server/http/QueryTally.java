// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.model.TenantId;
import io.luminate.server.telemetry.QueryKind;
import io.luminate.server.telemetry.RequestStatus;
import io.luminate.server.telemetry.Telemetry;

/**
 * One query as it is counted: once, whatever becomes of it, and with a latency if it was let in. Of
 * requests that are no queries nothing is counted. Threads hand it on, and use it one at a time.
 */
final class QueryTally {
  private static final String QUERY = "/api/v1/query";
  private static final String DISCOVERY = "/api/v1/metrics";

  private final Telemetry telemetry;
  private final boolean isQuery;
  private final long startNanos = System.nanoTime();
  private QueryKind kind;
  private TenantId tenant = TenantId.DEFAULT;
  private boolean begun;
  private long rows;

  private QueryTally(Telemetry telemetry, boolean isQuery, QueryKind kind) {
    this.telemetry = telemetry;
    this.isQuery = isQuery;
    this.kind = kind;
  }

  static QueryTally of(Telemetry telemetry, String path) {
    boolean discovery = path.equals(DISCOVERY) || path.startsWith(DISCOVERY + "/");
    return new QueryTally(
        telemetry,
        discovery || path.equals(QUERY),
        discovery ? QueryKind.DISCOVERY : QueryKind.UNREAD);
  }

  void of(TenantId caller) {
    tenant = caller;
  }

  void of(QueryKind read) {
    kind = read;
  }

  /** It is let in. */
  void begin() {
    begun = true;
    telemetry.queryStarted();
  }

  /** It has an answer, of so many points or rows. */
  void answered(long count) {
    rows = count;
  }

  void succeeded() {
    end(RequestStatus.SUCCESS);
  }

  void failed(String code) {
    if (isQuery) {
      telemetry.queryError(code);
    }
    end(RequestStatus.ERROR);
  }

  private void end(RequestStatus status) {
    if (begun) {
      telemetry.queryFinished();
      telemetry.query(kind, tenant, status, System.nanoTime() - startNanos, rows);
    } else if (isQuery) {
      telemetry.queryRefused(kind, tenant);
    }
  }
}

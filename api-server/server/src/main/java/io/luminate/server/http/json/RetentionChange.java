// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http.json;

import io.luminate.server.http.reply.ApiException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.OptionalLong;

/** The body of {@code POST /api/v1/admin/retention}. */
public record RetentionChange(String metricName, int retentionDays) {
  /** A hundred years; protects arithmetic on milliseconds. */
  private static final int DAYS_MAX = 36_500;

  public static RetentionChange read(InputStream body) throws IOException {
    ObjectFields fields = ObjectFields.of(body, RetentionChange::problem);
    String metricName = fields.requiredText("metric_name");
    OptionalLong days = fields.integer("retention_days");
    fields.end();
    if (days.isEmpty() || days.getAsLong() < 1 || days.getAsLong() > DAYS_MAX) {
      throw problem("retention_days", "must be from 1 to " + DAYS_MAX);
    }
    return new RetentionChange(metricName, (int) days.getAsLong());
  }

  private static RuntimeException problem(String field, String what) {
    return new ApiException(400, "INVALID_REQUEST", field + " " + what, Map.of("field", field));
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http.json;

import io.luminate.server.http.reply.ApiException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/** The body of {@code POST /api/v1/admin/retention}. */
public record RetentionChange(String metricName, int retentionDays) {
  /** A hundred years; protects arithmetic on milliseconds. */
  private static final int DAYS_MAX = 36_500;

  public static RetentionChange read(InputStream body) throws IOException {
    ObjectFields fields = ObjectFields.of(body, RetentionChange::refusal);
    String metricName = fields.requiredText("metric_name");
    OptionalLong days = fields.integer("retention_days");
    fields.end();
    if (days.isEmpty()) {
      throw fields.problem("retention_days", "is missing");
    }
    if (days.getAsLong() < 1 || days.getAsLong() > DAYS_MAX) {
      throw fields.beyond(
          "retention_days",
          "must be from 1 to " + DAYS_MAX,
          "max_retention_days",
          DAYS_MAX,
          days.getAsLong());
    }
    return new RetentionChange(metricName, (int) days.getAsLong());
  }

  private static RuntimeException refusal(
      String field, String problem, Map<String, Object> details) {
    Map<String, Object> all = new HashMap<>(details);
    all.put("field", field);
    return new ApiException(400, "INVALID_REQUEST", field + " " + problem, all);
  }
}

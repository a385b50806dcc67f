// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http.json;

import io.luminate.server.http.reply.ApiException;
import io.luminate.server.limits.Sharing;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;

/** The body of {@code PUT /internal/v1/replicas}. */
public final class ReplicasChange {
  private ReplicasChange() {}

  public static Sharing read(InputStream body) throws IOException {
    ObjectFields fields = ObjectFields.of(body, ReplicasChange::refusal);
    long sequence = number(fields, "sequence", 0, Sharing.SEQUENCE_MAX);
    long replicas = number(fields, "replicas", 1, Sharing.REPLICAS_MAX);
    fields.end();
    return new Sharing(sequence, (int) replicas);
  }

  private static long number(ObjectFields fields, String name, long min, long max) {
    long number = fields.integer(name).orElseThrow(() -> fields.problem(name, "is missing"));
    if (number < min || number > max) {
      throw fields.beyond(name, "must be from " + min + " to " + max, "max_" + name, max, number);
    }
    return number;
  }

  private static RuntimeException refusal(
      String field, String problem, Map<String, Object> details) {
    Map<String, Object> all = new HashMap<>(details);
    all.put("field", field);
    return new ApiException(400, "INVALID_REQUEST", field + " " + problem, all);
  }
}

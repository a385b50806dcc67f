// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.ingest;

import io.luminate.store.PointBatch;
import java.util.List;

/** What a decoder made of a request: the points to store, and those refused. */
public record DecodedBatch(PointBatch points, List<RejectedPoint> rejected) {
  public DecodedBatch {
    rejected = List.copyOf(rejected);
  }
}

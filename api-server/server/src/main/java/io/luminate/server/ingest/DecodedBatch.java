// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.ingest;

import io.luminate.store.AcceptedPoints;
import io.luminate.store.PointBatch;
import java.util.List;

/**
 * What a decoder made of a request: the points to store, and those refused, each in the order of
 * the request.
 *
 * @param folded points to store whose series are others than they came with
 */
public record DecodedBatch(PointBatch points, List<RejectedPoint> rejected, int folded) {
  public DecodedBatch {
    rejected = List.copyOf(rejected);
  }

  public AcceptedPoints accepted() {
    return new AcceptedPoints(
        points.size() + rejected.size(), rejected.stream().map(RejectedPoint::index).toList());
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.ingest;

import java.util.List;

/** How a write ended. */
public sealed interface WriteOutcome {
  /** The points are stored, as durably as configured. */
  record Stored(int accepted, int folded, List<RejectedPoint> rejected) implements WriteOutcome {
    static Stored of(DecodedBatch batch) {
      return new Stored(batch.points().size(), batch.folded(), batch.rejected());
    }
  }

  /** Nothing is stored: every point was refused. */
  record AllRejected(List<RejectedPoint> rejected) implements WriteOutcome {}

  /** The key was used before: the answer decided then. */
  record Replayed(byte[] receipt) implements WriteOutcome {}
}

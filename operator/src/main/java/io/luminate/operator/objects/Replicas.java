// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import io.luminate.crd.LuminateClusterSpec;
import java.util.Objects;

/** How many pods there are. */
final class Replicas {
  /** One may go for an update or with its node, and then another. */
  private static final int CLICKHOUSE_DEFAULT = 3;

  private Replicas() {}

  /** As long as nothing is wrong; under an autoscaler there may be more. */
  static int atLeast(LuminateClusterSpec spec) {
    return switch (spec.backend()) {
      case ROCKSDB -> 1;
      case CLICKHOUSE ->
          spec.autoscaling() != null
              ? spec.autoscaling().minReplicas()
              : Objects.requireNonNullElse(spec.replicas(), CLICKHOUSE_DEFAULT);
    };
  }
}

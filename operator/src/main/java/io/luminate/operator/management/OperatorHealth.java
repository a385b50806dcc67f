// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.management;

import java.util.Optional;

/** What probes are answered with. */
public interface OperatorHealth {
  /** Why the process had better be started again; empty as long as it works. */
  Optional<String> fault();

  /** What it still waits for; empty once it has seen what there is, or stands by for a leader. */
  Optional<String> waitingFor();
}

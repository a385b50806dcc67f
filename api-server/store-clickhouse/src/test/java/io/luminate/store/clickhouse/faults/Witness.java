// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.faults;

/** Is told what clients do. */
interface Witness {
  /** It is about to be sent: its fate is unknown from now on. */
  void begun(SentRequest request);

  void ended(SentRequest request, Fate fate);
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

/** The simulated machine stopped; nothing that runs on it goes on. */
public final class PowerLoss extends Error {
  private static final long serialVersionUID = 1;

  PowerLoss() {
    super("simulated power loss");
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import io.luminate.store.MetricsStore;
import io.luminate.store.reference.ReferenceStore;

/** The literal answers decide whether the reference is right. */
final class ReferenceStoreTest extends MetricsStoreContract implements CardinalityCases {
  @Override
  protected MetricsStore open(ContractSettings settings) {
    return new ReferenceStore(settings.clock(), settings.retention());
  }
}

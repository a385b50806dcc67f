// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

/** A set of cases that needs a fresh store for each. */
interface ContractCases {
  /** The store of the running case, empty at its start. */
  StoreFixture given();
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import io.luminate.store.testkit.Stage;

class RocksContractReopenedTest extends RocksContract {
  @Override
  protected Stage stage() {
    return Stage.REOPENED;
  }
}

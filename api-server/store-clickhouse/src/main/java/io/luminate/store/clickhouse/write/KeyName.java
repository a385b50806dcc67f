// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.write;

import io.luminate.model.TenantId;
import io.luminate.store.clickhouse.write.block.Token;

/** A tenant's idempotency key. */
record KeyName(TenantId tenant, String key) {
  /** Of an insert that has to do with it, the same in every process. */
  Token token(String insert) {
    return Token.of(tenant, key, insert);
  }
}

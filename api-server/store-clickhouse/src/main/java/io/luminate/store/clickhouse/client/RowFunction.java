// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.client;

import java.io.IOException;

/** What becomes of an answer's rows. */
@FunctionalInterface
public interface RowFunction<T> {
  T apply(RowReader rows) throws IOException;
}

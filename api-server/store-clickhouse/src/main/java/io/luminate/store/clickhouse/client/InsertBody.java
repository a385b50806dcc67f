// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.client;

import java.io.IOException;
import java.io.OutputStream;

/** Writes the rows of an insert in ClickHouse's Native format, uncompressed; may be asked again. */
@FunctionalInterface
public interface InsertBody {
  void writeTo(OutputStream out) throws IOException;
}

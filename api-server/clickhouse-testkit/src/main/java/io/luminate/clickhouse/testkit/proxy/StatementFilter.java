// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit.proxy;

import java.io.IOException;

/** What becomes of statements on their way. Rows to be inserted pass as they are. */
@FunctionalInterface
public interface StatementFilter {
  StatementFilter NONE = (target, statement) -> statement;

  /**
   * @param target path and parameters, as in the first line of the request
   * @return what the server gets in its place
   * @throws IOException if the client is to lose its connection
   */
  String passedOn(String target, String statement) throws IOException;
}
